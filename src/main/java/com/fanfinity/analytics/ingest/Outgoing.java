package com.fanfinity.analytics.ingest;

import com.fanfinity.analytics.event.MatchEvent;

/// A valid event on its way to Kafka.
///
/// @param json the event as received, or with the `eventId` that it was given
record Outgoing(MatchEvent event, byte[] json) {}
