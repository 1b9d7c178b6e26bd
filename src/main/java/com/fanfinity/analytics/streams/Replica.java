package com.fanfinity.analytics.streams;

/// Which copy of a partition's state is read.
public enum Replica {

    /// The one that events are counted in. It is ahead of its transaction.
    ACTIVE,

    /// Any that is here: one that follows the active one, or that is being restored to become active. It may be old.
    STANDBY
}
