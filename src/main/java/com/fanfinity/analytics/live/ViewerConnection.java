package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;

import org.eclipse.jetty.util.Callback;

/// The response of a viewer, and the connection below it.
interface ViewerConnection {

    /// The client that the viewer counts for.
    Object address();

    /// Writes bytes of the response. At most one write may be in progress.
    void write(ByteBuffer bytes, Callback callback);

    /// Ends the response.
    void end();

    /// Ends the response after a failed write.
    void fail(Throwable failure);

    /// Closes the connection, so that the write in progress fails.
    void abort();
}
