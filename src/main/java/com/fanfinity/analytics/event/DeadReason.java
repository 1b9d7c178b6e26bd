package com.fanfinity.analytics.event;

/// Why a record is a dead letter: the value of its header `reason`, and of the column of that name.
public enum DeadReason {
    /// Its value is not one JSON object.
    MALFORMED,
    /// It breaks the rules of an event.
    INVALID,
    /// Its key is not the event's matchId, so it may lie on the wrong partition.
    KEY_MISMATCH,
    /// It is not on the partition that Kafka's default partitioner chooses for its key, where its match is counted.
    WRONG_PARTITION,
    /// It made a step of the topology throw.
    PROCESSING_FAILED,
    /// It is a record of the topology's own output that has no row in its table.
    UNSTORABLE;

    public String wireName() {
        return WireName.of(this);
    }
}
