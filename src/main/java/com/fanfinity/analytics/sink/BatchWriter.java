package com.fanfinity.analytics.sink;

/// Sends a batch to ClickHouse, without retries.
interface BatchWriter {

    /// @param token by which the server recognizes a batch that it has already stored
    WriteOutcome insert(Batch batch, String token) throws InterruptedException;
}
