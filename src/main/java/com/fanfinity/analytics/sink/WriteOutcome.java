package com.fanfinity.analytics.sink;

/// The outcome of one attempt to insert a batch, decided once from the error that the client returned.
sealed interface WriteOutcome {

    /// The server reported that the rows are stored. It reports the same when it knew the token and dropped the rows.
    record Acknowledged() implements WriteOutcome {}

    /// Stored or not: no connection, no table, no room, or no reply. The client cannot distinguish a server that died
    /// before its reply from one that it never reached. Sending the same rows with the same token settles it.
    record Failed(Exception cause) implements WriteOutcome {}

    /// The server rejected the rows, with an error that one of them or a wrong table can cause.
    ///
    /// @param code of the server's error
    record Rejected(int code, Exception cause) implements WriteOutcome {}

    /// Not stored: the claim on the partition no longer holds. Another sink may have continued from the stored rows, or
    /// ClickHouse may have fewer of them.
    record Superseded() implements WriteOutcome {}
}
