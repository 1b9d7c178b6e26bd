package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Finds gaps at the ends of the partitions of `match-events`. A gap is a range of offsets without a record to process:
/// transaction markers of other producers, records of aborted transactions, and deleted records.
///
/// A replica that has processed every record before a gap is complete up to the end of the gap. A gap is found by
/// reading, and only where processing has stopped before the end of the partition for one second.
final class TrailingGaps implements AutoCloseable {

    private static final Duration STALLED_AFTER = Duration.ofSeconds(1);
    private static final Duration READ_LIMIT = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    /// @param processed the offset of the next record to process
    /// @param end of the partition
    record PartitionOffsets(long processed, long end) {}

    private static final class Candidate {
        private final PartitionOffsets offsets;
        private volatile long skippedTo;
        private long since;
        private boolean hasRecord;

        Candidate(PartitionOffsets offsets, long skippedTo, long since) {
            this.offsets = offsets;
            this.skippedTo = skippedTo;
            this.since = since;
        }

        boolean isReadable(long now) {
            return isUndecided() && now - since >= STALLED_AFTER.toNanos();
        }

        boolean isUndecided() {
            return !hasRecord && skippedTo < offsets.end;
        }
    }

    private final Supplier<Consumer<byte[], byte[]>> readers;
    private final String topic;
    private final Map<Integer, Candidate> candidates = new ConcurrentHashMap<>();
    private @Nullable Consumer<byte[], byte[]> reader;

    /// @param readers creates a consumer without a group that reads committed records, and continues from the earliest
    ///     record if the sought one is deleted; called for the first candidate
    /// @param topic `match-events`
    TrailingGaps(Supplier<Consumer<byte[], byte[]>> readers, String topic) {
        this.readers = readers;
        this.topic = topic;
    }

    /// The first offset, from this one on, that may have a record to process. Safe to call from any thread.
    long skip(int partition, long nextOffset) {
        Candidate candidate = candidates.get(partition);
        return candidate != null && candidate.offsets.processed <= nextOffset
                ? Math.max(nextOffset, candidate.skippedTo)
                : nextOffset;
    }

    /// Call this repeatedly, from one thread.
    ///
    /// @param partitions all partitions that this instance processes
    /// @param now of a monotonic clock, in ns
    void refresh(Map<Integer, PartitionOffsets> partitions, long now) {
        candidates.keySet().retainAll(partitions.keySet());
        partitions.forEach((partition, offsets) -> {
            Candidate candidate = candidates.get(partition);
            if (candidate == null || !candidate.offsets.equals(offsets)) {
                // A log that has become shorter was truncated or recreated. An earlier gap may hold records now.
                boolean isShorter = candidate != null && offsets.end < candidate.offsets.end;
                long skippedTo = isShorter ? offsets.processed : skip(partition, offsets.processed);
                candidates.put(partition, new Candidate(offsets, skippedTo, now));
            }
        });
        Map<TopicPartition, Candidate> stalled = candidates.entrySet().stream()
                .filter(entry -> entry.getValue().isReadable(now))
                .collect(Collectors.toMap(entry -> new TopicPartition(topic, entry.getKey()), Map.Entry::getValue));
        if (!stalled.isEmpty()) {
            read(stalled);
            stalled.values().forEach(candidate -> candidate.since = now);
        }
    }

    private void read(Map<TopicPartition, Candidate> stalled) {
        if (reader == null) {
            reader = readers.get();
        }
        Consumer<byte[], byte[]> from = reader;
        from.assign(stalled.keySet());
        try {
            stalled.forEach((partition, candidate) -> from.seek(partition, candidate.skippedTo));
            long deadline = System.nanoTime() + READ_LIMIT.toNanos();
            while (stalled.values().stream().anyMatch(Candidate::isUndecided) && System.nanoTime() < deadline) {
                ConsumerRecords<byte[], byte[]> records = from
                        .poll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                stalled.forEach((partition, candidate) -> {
                    candidate.hasRecord |= !records.records(partition).isEmpty();
                    if (!candidate.hasRecord) {
                        candidate.skippedTo = from.position(partition, READ_LIMIT);
                    }
                });
            }
        } finally {
            from.assign(List.of());
        }
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close(CloseOptions.timeout(CLOSE_LIMIT));
        }
    }
}
