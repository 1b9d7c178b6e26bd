package com.fanfinity.analytics.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/// Finds matches that share a partition.
final class Partitions {

    private Partitions() {}

    /// Another match on the same partition.
    static String neighbourOf(String matchId, int partitions) {
        return IntStream.range(0, 1_000).mapToObj(i -> matchId + "-" + i)
                .filter(other -> of(other, partitions) == of(matchId, partitions))
                .findFirst().orElseThrow();
    }

    private static int of(String matchId, int partitions) {
        return BuiltInPartitioner.partitionForKey(matchId.getBytes(UTF_8), partitions);
    }
}
