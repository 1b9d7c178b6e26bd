package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// `TrailingGapsIT` checks the same against a broker.
class TrailingGapsTest {

    private static final String TOPIC = "match-events";
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /// The log of each partition, as a reader of committed records sees it.
    private static final class Log {
        private final NavigableSet<Long> records = new TreeSet<>();
        private long readableTo = Long.MAX_VALUE;
        private long end;
    }

    private final Map<Integer, Log> logs = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final List<String> reads = new ArrayList<>();
    private boolean away;
    private final TrailingGaps gaps = new TrailingGaps(this::reader, TOPIC);
    private long now = Long.MAX_VALUE - 10 * SECOND; // the monotonic clock may overflow

    private Log log(int partition) {
        return logs.computeIfAbsent(partition, _ -> new Log());
    }

    @SuppressWarnings("unchecked")
    private Consumer<byte[], byte[]> reader() {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(Consumer.class.getClassLoader(),
                new Class<?>[]{Consumer.class}, (_, method, arguments) -> switch (method.getName()) {
                    case "assign" -> {
                        positions.keySet().retainAll((Collection<?>) arguments[0]);
                        yield null;
                    }
                    case "seek" -> {
                        reads.add(((TopicPartition) arguments[0]).partition() + " from " + arguments[1]);
                        yield positions.put((TopicPartition) arguments[0], (Long) arguments[1]);
                    }
                    case "poll" -> poll();
                    case "position" -> positions.get((TopicPartition) arguments[0]);
                    default -> throw new AssertionError(method);
                });
    }

    /// At most one record, as with `max.poll.records=1`.
    private ConsumerRecords<byte[], byte[]> poll() {
        if (away) {
            throw new KafkaException("no leader");
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
        positions.replaceAll((partition, position) -> {
            Log log = log(partition.partition());
            Long next = log.records.ceiling(position);
            long readable = Math.min(log.end, log.readableTo);
            if (next == null || next >= readable) {
                return Math.max(position, readable);
            }
            if (next > position) {
                return next; // skips the gap first
            }
            if (!found.isEmpty()) {
                return position;
            }
            found.put(partition, List.of(new ConsumerRecord<>(TOPIC, partition.partition(), next, null, null)));
            return next + 1;
        });
        return new ConsumerRecords<>(found, Map.of());
    }

    private void refresh(int partition, long processed) {
        gaps.refresh(Map.of(partition, new TrailingGaps.PartitionOffsets(processed, log(partition).end)), now);
    }

    /// Refreshes until the partition counts as stalled.
    private void stall(int partition, long processed) {
        refresh(partition, processed);
        now += SECOND;
        refresh(partition, processed);
    }

    @Test
    void skip_nothingWasRefreshed_isTheOffset() {
        assertEquals(7, gaps.skip(0, 7));
    }

    @Test
    void refresh_lessThanASecondAfterAChange_readsNothing() {
        log(0).end = 5;
        refresh(0, 3);
        now += SECOND - 1;
        refresh(0, 3);
        log(0).end = 6; // moves, so it is not stalled
        now += 1;
        refresh(0, 3);

        assertEquals(List.of(), reads);
        assertEquals(3, gaps.skip(0, 3));
    }

    @Test
    void refresh_everythingIsProcessed_readsNothing() {
        log(0).end = 5;
        stall(0, 5);

        assertEquals(List.of(), reads);
    }

    @Test
    void refresh_gapAtTheEnd_isSkippedFromItsStartOn() {
        log(0).end = 5;
        stall(0, 3);

        assertEquals(5, gaps.skip(0, 3));
        assertEquals(5, gaps.skip(0, 4));
        assertEquals(6, gaps.skip(0, 6));
        assertEquals(2, gaps.skip(0, 2), "the record before the gap may not be processed");
        assertEquals(3, gaps.skip(1, 3), "another partition");
    }

    @Test
    void refresh_gapIsFound_isNotReadAgain() {
        log(0).end = 5;
        stall(0, 3);
        now += 10 * SECOND;
        refresh(0, 3);

        assertEquals(List.of("0 from 3"), reads);
    }

    @Test
    void refresh_recordAtOnce_isNotSkipped() {
        log(0).end = 5;
        log(0).records.add(3L);
        stall(0, 3);
        now += 10 * SECOND;
        refresh(0, 3);

        assertEquals(3, gaps.skip(0, 3));
        assertEquals(List.of("0 from 3"), reads, "the record is still there");
    }

    @Test
    void refresh_recordBehindAGap_isSkippedUpToTheRecord() {
        log(0).end = 9;
        log(0).records.add(6L);
        stall(0, 3);

        assertEquals(6, gaps.skip(0, 3));
    }

    /// A reader of committed records stops before an open transaction, whose records may still be committed.
    @Test
    void refresh_openTransaction_isNotSkippedAndReadAgain() {
        log(0).end = 5;
        log(0).readableTo = 3;
        stall(0, 3);
        assertEquals(3, gaps.skip(0, 3));

        log(0).readableTo = Long.MAX_VALUE;
        now += SECOND - 1;
        refresh(0, 3);
        assertEquals(3, gaps.skip(0, 3), "not before a second has passed");
        now += 1;
        refresh(0, 3);
        assertEquals(5, gaps.skip(0, 3));
    }

    @Test
    void refresh_newRecordsBehindAKnownGap_keepsTheGap() {
        log(0).end = 5;
        stall(0, 3);
        log(0).end = 6;
        log(0).records.add(5L);
        refresh(0, 3);

        assertEquals(5, gaps.skip(0, 3));
        now += SECOND;
        refresh(0, 3);
        assertEquals(List.of("0 from 3", "0 from 5"), reads, "the known gap is not read again");
    }

    /// The offsets of the gap may have records now.
    @Test
    void refresh_logBecameShorter_forgetsTheGap() {
        log(0).end = 9;
        stall(0, 3);
        assertEquals(9, gaps.skip(0, 3));

        log(0).end = 8;
        log(0).records.add(3L);
        refresh(0, 3);

        assertEquals(3, gaps.skip(0, 3));
        now += SECOND;
        refresh(0, 3);
        assertEquals(3, gaps.skip(0, 3));
    }

    @Test
    void refresh_processedAgainFromAnEarlierRecord_forgetsTheGap() {
        log(0).end = 9;
        stall(0, 5);
        refresh(0, 3);

        assertEquals(3, gaps.skip(0, 3));
    }

    @Test
    void refresh_partitionIsNoLongerHere_forgetsTheGap() {
        log(0).end = 5;
        stall(0, 3);
        gaps.refresh(Map.of(), now);

        assertEquals(3, gaps.skip(0, 3));
    }

    @Test
    void refresh_severalPartitions_areDecidedIndependently() {
        log(0).end = 5;
        log(1).end = 5;
        log(1).records.add(3L);
        log(2).end = 5;
        log(2).readableTo = 4;
        Map<Integer, TrailingGaps.PartitionOffsets> all = Map.of(0, new TrailingGaps.PartitionOffsets(3, 5), 1,
                new TrailingGaps.PartitionOffsets(3, 5), 2, new TrailingGaps.PartitionOffsets(3, 5));
        gaps.refresh(all, now);
        now += SECOND;
        gaps.refresh(all, now);

        assertEquals(List.of(5L, 3L, 4L), List.of(gaps.skip(0, 3), gaps.skip(1, 3), gaps.skip(2, 3)));
    }

    @Test
    void refresh_kafkaIsAway_provesNothingAndIsRepeated() {
        log(0).end = 5;
        refresh(0, 3);
        away = true;
        now += SECOND;
        assertThrows(KafkaException.class, () -> refresh(0, 3));
        assertEquals(3, gaps.skip(0, 3));
        assertEquals(Map.of(), positions, "the reader holds no partition between two readings");

        away = false;
        refresh(0, 3);
        assertEquals(5, gaps.skip(0, 3));
    }
}
