package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.Uuid;

/// The records of `match-events` that are known to be processed: those of one topic from the offset `first` up to the
/// ledger's `nextOffset`.
///
/// @param topicId of the topic that the records belong to
/// @param first the first offset
/// @param leaderEpoch of the last record
public record ProcessedRange(Uuid topicId, long first, int leaderEpoch) {}
