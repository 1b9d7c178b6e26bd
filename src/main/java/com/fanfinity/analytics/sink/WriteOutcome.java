package com.fanfinity.analytics.sink;

/// What became of one try to insert a batch. Decided here once, from the error where it was born.
sealed interface WriteOutcome {

    /// The server said that the rows are stored. It says so too where it knew the token and dropped them.
    record Acknowledged() implements WriteOutcome {}

    /// Stored or not: no connection, no table, no room, or no answer. The client cannot tell a server that died before it answered from one that
    /// it never reached. The same rows with the same token settle it.
    record Failed(Exception cause) implements WriteOutcome {}

    /// Not stored, and never will be: the server understood and refused these rows.
    ///
    /// @param code of the server's error
    record Poison(int code, Exception cause) implements WriteOutcome {}
}
