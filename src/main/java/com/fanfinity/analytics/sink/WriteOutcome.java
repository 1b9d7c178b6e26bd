package com.fanfinity.analytics.sink;

/// What became of one try to insert a batch. Decided here once, from the error where it was born.
sealed interface WriteOutcome {

    /// The server said that the rows are stored. It says so too where it knew the token and dropped them.
    record Acknowledged() implements WriteOutcome {}

    /// Not stored for certain, and another try may do better: no connection, no table, no right, no room.
    record Retryable(Exception cause) implements WriteOutcome {}

    /// Perhaps stored: the connection broke or time ran out after rows had gone out. The same rows with the same token settle it.
    record Unknown(Exception cause) implements WriteOutcome {}

    /// Not stored, and never will be: the server understood and refused these rows.
    ///
    /// @param code of the server's error
    record Poison(int code, Exception cause) implements WriteOutcome {}
}
