package com.fanfinity.analytics.ingest;

/// The result of writing an event to Kafka.
public sealed interface PublishOutcome {

    /// All in-sync replicas have the event: it will be counted and stored.
    record Acknowledged() implements PublishOutcome {}

    /// Kafka did not acknowledge the event in time. It may have been written; sent again under the same `eventId`, it
    /// counts once.
    record NotAcknowledged() implements PublishOutcome {}

    PublishOutcome ACKNOWLEDGED = new Acknowledged();
    PublishOutcome NOT_ACKNOWLEDGED = new NotAcknowledged();
}
