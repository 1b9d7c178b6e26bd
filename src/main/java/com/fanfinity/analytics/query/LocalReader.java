package com.fanfinity.analytics.query;

import com.fanfinity.analytics.streams.Replica;

/// An answer made from the state that is on this instance.
interface LocalReader {

    /// The answer's body, JSON.
    ///
    /// @throws com.fanfinity.analytics.http.ProblemException if the request cannot be answered whatever the state is
    ReadResult<byte[]> from(Replica copy);
}
