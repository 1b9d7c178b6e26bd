package com.fanfinity.analytics.ingest;

/// What became of an event that was given to Kafka.
public sealed interface PublishOutcome {

    /// All in-sync replicas have it: it will be counted and stored.
    record Acknowledged() implements PublishOutcome {}

    /// Kafka has not said in time that it has it. It was not accepted; sent again under the same `eventId` it counts once.
    record Unavailable() implements PublishOutcome {}

    PublishOutcome ACKNOWLEDGED = new Acknowledged();
    PublishOutcome UNAVAILABLE = new Unavailable();
}
