package com.fanfinity.analytics.sink;

import java.util.UUID;

/// Sends a batch to ClickHouse, without retries.
interface BatchWriter {

    /// @param token by which the server recognizes a batch that it has already stored
    /// @param owner the claim on the batch's partition that must still be the newest: see {@link PartitionClaims}
    WriteOutcome insert(Batch batch, String token, UUID owner) throws InterruptedException;
}
