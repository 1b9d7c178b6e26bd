package com.fanfinity.analytics.live;

import java.util.Optional;

/// What viewers follow: a match, or the list of all of them. Its state grows in numbered steps, and it knows what a viewer who has seen up to
/// some step still has to be told. Each step is encoded once, for all viewers.
///
/// What it remembers is bounded. Who is so far behind that something is forgotten is told so, and then gets the newest state: a slow viewer
/// never makes a queue.
interface Channel {

    /// What a viewer is to be told.
    ///
    /// @param step what it has seen then
    /// @param bytes shared; not to be changed
    record Update(long step, byte[] bytes) {}

    /// What a viewer is told at first.
    ///
    /// @param lastEventId what it says it has seen before; empty if it is new
    Update first(Optional<String> lastEventId);

    /// What a viewer is told next.
    ///
    /// @param step what it has seen
    /// @return empty if there is nothing new
    Optional<Update> after(long step);

    Audience audience();
}
