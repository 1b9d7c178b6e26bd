package com.fanfinity.analytics.live;

import java.util.List;
import java.util.Optional;

/// A stream that viewers subscribe to: one match, or the list of all matches. Its updates are numbered, and each is
/// encoded once for all viewers.
///
/// The memory of a channel is bounded. A viewer that falls too far behind gets the newest state instead of the updates
/// that it missed, so a slow viewer never needs a queue. An update has at most {@link Frame#MAX_PENDING_BYTES}.
interface Channel {

    /// Frames for a viewer.
    ///
    /// @param sequence number of the newest update that the viewer has with them
    /// @param frames shared by all viewers
    record Update(long sequence, List<Frame> frames) {}

    /// The first update of a new connection.
    ///
    /// @param lastEventId the `Last-Event-ID` of a client that reconnects
    Update initialUpdate(Optional<String> lastEventId);

    /// The next update of a connection.
    ///
    /// @param sequence of the viewer's last update
    /// @return empty if the viewer has the newest one
    Optional<Update> updateSince(long sequence);

    ChannelViewers viewers();
}
