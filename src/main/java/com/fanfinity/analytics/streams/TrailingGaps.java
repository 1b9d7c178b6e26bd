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

/// Offsets of `match-events` at which there is nothing to process: markers of other producers' transactions, what these took back, and what Kafka no
/// longer has. A partition that ends with such a gap ends beyond the last record that can be processed.
///
/// Who has processed all before a gap has processed all before the gap's end. What is in one is found by reading, only where a partition
/// stands still for a second before its end.
final class TrailingGaps implements AutoCloseable {

    private static final Duration STANDS_STILL = Duration.ofSeconds(1);
    private static final Duration READ_LIMIT = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    /// How far a partition has been processed, and where it ends.
    record Place(long processed, long end) {}

    private static final class Stand {
        private final Place place;
        private volatile long skippedTo;
        private long since;
        private boolean somethingWaits;

        Stand(Place place, long skippedTo, long since) {
            this.place = place;
            this.skippedTo = skippedTo;
            this.since = since;
        }

        boolean isToBeRead(long now) {
            return !somethingWaits && skippedTo < place.end && now - since >= STANDS_STILL.toNanos();
        }
    }

    private final Supplier<Consumer<byte[], byte[]>> readers;
    private final String topic;
    private final Map<Integer, Stand> stands = new ConcurrentHashMap<>();
    private @Nullable Consumer<byte[], byte[]> reader;

    /// @param readers makes a consumer without a group that reads what is committed, and from the earliest record if the one sought is gone; asked
    ///        when the first gap is looked for
    /// @param topic `match-events`
    TrailingGaps(Supplier<Consumer<byte[], byte[]>> readers, String topic) {
        this.readers = readers;
        this.topic = topic;
    }

    /// The first offset from that one on at which there may be something to process. Of any thread.
    long skip(int partition, long nextOffset) {
        Stand stand = stands.get(partition);
        return stand != null && stand.place.processed <= nextOffset ? Math.max(nextOffset, stand.skippedTo) : nextOffset;
    }

    /// To be called again and again, by one thread.
    ///
    /// @param places of all partitions that are processed here
    /// @param now of a monotonic clock, in ns
    void look(Map<Integer, Place> places, long now) {
        stands.keySet().retainAll(places.keySet());
        places.forEach((partition, place) -> {
            Stand stand = stands.get(partition);
            if (stand == null || !stand.place.equals(place)) {
                stands.put(partition, new Stand(place, skip(partition, place.processed), now));
            }
        });
        Map<TopicPartition, Stand> still = stands.entrySet().stream().filter(entry -> entry.getValue().isToBeRead(now))
                .collect(Collectors.toMap(entry -> new TopicPartition(topic, entry.getKey()), Map.Entry::getValue));
        if (!still.isEmpty()) {
            read(still);
            still.values().forEach(stand -> stand.since = now);
        }
    }

    private void read(Map<TopicPartition, Stand> still) {
        if (reader == null) {
            reader = readers.get();
        }
        Consumer<byte[], byte[]> from = reader;
        from.assign(still.keySet());
        try {
            still.forEach((partition, stand) -> from.seek(partition, stand.skippedTo));
            long deadline = System.nanoTime() + READ_LIMIT.toNanos();
            while (still.values().stream().anyMatch(stand -> !stand.somethingWaits && stand.skippedTo < stand.place.end)
                    && System.nanoTime() < deadline) {
                ConsumerRecords<byte[], byte[]> records = from.poll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                still.forEach((partition, stand) -> {
                    stand.somethingWaits |= !records.records(partition).isEmpty();
                    if (!stand.somethingWaits) {
                        stand.skippedTo = from.position(partition, READ_LIMIT);
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
