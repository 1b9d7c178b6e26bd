package com.fanfinity.analytics.sink;

/// Sends a batch once.
interface BatchWriter {

    /// @param token by which the server knows a batch that it has already
    WriteOutcome insert(Batch batch, String token) throws InterruptedException;
}
