package com.fanfinity.analytics.sink;

/// Sends a batch to ClickHouse, without retries.
interface BatchWriter {

    /// @param token by which the server recognizes a batch that it has already stored
    /// @param claim on the batch's partition; ClickHouse stores nothing if it no longer holds
    WriteOutcome insert(Batch batch, String token, Claim claim) throws InterruptedException;
}
