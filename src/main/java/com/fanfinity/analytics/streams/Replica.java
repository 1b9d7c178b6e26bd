package com.fanfinity.analytics.streams;

/// The replica of a partition's state that a read uses.
public enum Replica {

    /// The replica that processes events. It may contain records of a transaction that is not committed yet.
    ACTIVE,

    /// Any replica on this instance: a follower of the active one, or one that is being restored to become active. It
    /// may be old.
    STANDBY
}
