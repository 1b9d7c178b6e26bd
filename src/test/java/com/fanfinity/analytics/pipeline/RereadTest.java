package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;

/// The first step reads records again: those that the state contains are skipped, and never any other.
///
/// The records come with the offsets and leader epochs of a log. Every second record breaks the rules, so half of them
/// become dead letters.
class RereadTest {

    private static final int PARTITION = 0;

    private final TestTopic topic = new TestTopic();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final KeyValueStore<Bytes, byte[]> ledger = Stores
            .keyValueStoreBuilder(Stores.inMemoryKeyValueStore(StoreNames.LEDGER), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled().build();
    private MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
    private Validation validation = restart();

    /// A record of the log. Its number shows whether two records are the same.
    private record Entry(long number, int epoch) {}

    private Validation restart() {
        context = new MockProcessorContext<>();
        ledger.init(context.getStateStoreContext(), ledger);
        context.addStateStore(ledger);
        validation = new Validation(new EventCodec(EventRules.ofRecords()), topic, new Meters(registry));
        validation.init(context);
        return validation;
    }

    /// @return whether the record was processed, not skipped
    private boolean isProcessed(long offset, int epoch, long number) {
        context.setRecordMetadata(PipelineDriver.TOPICS.events(), PARTITION, offset);
        context.resetForwards();
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(headers, RecordHeaders.LEADER_EPOCH, epoch);
        byte[] value = number % 2 == 0 ? EventJson.of("m", "reaction", number).bytes() : "no JSON".getBytes(UTF_8);
        validation.process(new Record<>("m".getBytes(UTF_8), value, PipelineDriver.START.toEpochMilli(), headers));
        context.forwarded().forEach(forward -> {
            if (forward.record().value() instanceof Candidate candidate) {
                candidate.ledgerUpdate().recordAccepted();
            }
        });
        assertTrue(context.forwarded().size() <= 1);
        return !context.forwarded().isEmpty();
    }

    /// Reads the offsets with the numbers of the records equal to them.
    ///
    /// @return the offsets that were processed
    private List<Long> read(long from, long to, int epoch) {
        List<Long> processed = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            if (isProcessed(offset, epoch, offset)) {
                processed.add(offset);
            }
        }
        return processed;
    }

    private LedgerEntry entry() {
        byte[] stored = ledger.get(StoreKeys.partition(PARTITION));
        return stored == null ? LedgerEntry.NOTHING : LedgerEntry.ofBytes(stored);
    }

    private long skipped() {
        return (long) registry.get("records.reread").counter().count();
    }

    @Test
    void process_offsetsOfTheGroupAreLost_skipsWhatIsProcessed() {
        read(0, 10, 3);
        LedgerEntry before = entry();
        restart();

        assertEquals(List.of(), read(0, 10, 3));

        assertEquals(before, entry());
        assertEquals(10, skipped());
        assertEquals(List.of(10L, 11L), read(10, 12, 3));
        assertEquals(12, entry().received());
    }

    @Test
    void process_manyRecordsReadAgain_asksTheClusterOnce() {
        read(0, 1_000, 3);
        topic.questions();

        read(0, 1_000, 3);

        assertEquals(1, topic.questions());
        assertEquals(1_000, skipped());
    }

    @Test
    void process_anyRestart_doesNotAskTheCluster() {
        read(0, 10, 3);
        assertEquals(1, topic.questions());
        restart();

        read(10, 20, 4);

        assertEquals(0, topic.questions());
        assertEquals(20, entry().received());
    }

    @Test
    void process_recreatedTopic_isProcessedFromItsStart() {
        read(0, 10, 3);
        topic.recreate();
        restart();

        assertEquals(List.of(0L, 1L, 2L), read(0, 3, 0));
        assertEquals(3, entry().nextOffset());

        restart();
        assertEquals(List.of(3L), read(0, 4, 0));
    }

    /// The task continues, and the consumer starts again at the first record.
    @Test
    void process_topicRecreatedWhileItRuns_isProcessedFromItsStart() {
        read(0, 10, 0);
        topic.recreate();

        assertEquals(List.of(0L, 1L, 2L), read(0, 3, 0));
    }

    /// The consumer does not notice that the topic is another one. The records before its position would be lost.
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4})
    void process_topicRecreatedWithMoreRecords_failsUntilItIsReadFromItsStart(int epoch) {
        read(0, 10, 3);
        LedgerEntry before = entry();
        topic.recreate();

        assertThrows(StreamsException.class, () -> read(10, 12, epoch));
        restart();
        assertThrows(StreamsException.class, () -> read(10, 12, epoch));

        assertEquals(before, entry());
        restart();
        assertEquals(List.of(0L, 1L), read(0, 2, epoch));
    }

    /// Kafka has deleted the first records of the new topic, for example after a week. No reader can get them, so the
    /// source continues where the topic begins.
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4})
    void process_topicRecreatedAndItsFirstRecordsDeleted_isProcessedFromItsStart(int epoch) {
        read(0, 10, 3);
        topic.recreate();
        topic.deleteBefore(12);
        restart();

        assertEquals(List.of(12L, 13L), read(12, 14, epoch));

        restart();
        assertEquals(List.of(14L), read(12, 15, epoch));
        assertEquals(12, entry().processed().orElseThrow().first());
    }

    /// The group's offsets were set forward, for example to get around a backlog, and later set back.
    @Test
    void process_offsetsSetForwardAndBack_processesWhatWasLeftOut() {
        read(0, 10, 3);
        restart();
        assertEquals(5, read(20, 25, 3).size());
        assertEquals(10, registry.get("records.left.out").counter().count());
        restart();

        assertEquals(LongStream.range(10, 20).boxed().toList(), read(0, 25, 3));

        restart();
        assertEquals(List.of(), read(0, 25, 3));
        assertEquals(25, entry().received());
        assertEquals(List.of(), entry().processed().orElseThrow().gaps());
    }

    @Test
    void process_leftOutRecordsAreReadInPart_theRestIsProcessedLater() {
        read(0, 10, 3);
        restart();
        read(20, 25, 3);
        restart();
        read(0, 15, 3);
        restart();

        assertEquals(LongStream.range(15, 20).boxed().toList(), read(0, 25, 3));
    }

    /// The log was cut at offset 6 and grew beyond the range, and then the offsets were set behind it.
    @Test
    void process_offsetsSetForwardInACutLog_skipsNothingOfTheNewLog() {
        read(0, 10, 3);
        restart();
        read(12, 14, 4);
        restart();

        assertEquals(LongStream.range(6, 12).boxed().toList(), read(6, 14, 4));
    }

    /// Markers of transactions and aborted records have offsets too.
    @Test
    void process_offsetsWithoutRecordsWhileItReads_areNoGap() {
        read(0, 10, 3);

        read(12, 15, 3);

        assertEquals(List.of(), entry().processed().orElseThrow().gaps());
    }

    @Test
    void process_moreGapsThanAreKept_protectsTheRecordsBehindTheOldest() {
        int gaps = ProcessedRange.MOST_GAPS + 4;
        for (int gap = 0; gap <= gaps; gap++) {
            restart();
            read(10L * gap, 10L * gap + 5, 3);
        }
        restart();

        assertEquals(ProcessedRange.MOST_GAPS, entry().processed().orElseThrow().gaps().size());
        assertEquals(40, entry().processed().orElseThrow().first());
        assertEquals(List.of(), read(40, 45, 3));
        assertEquals(5, read(45, 55, 3).size());
    }

    /// An unclean leader election: the log was cut at offset 6, and the new leader wrote other records there.
    @Test
    void process_truncatedLog_skipsOnlyTheRecordsBeforeTheCut() {
        read(0, 10, 3);
        read(0, 6, 3);
        assertEquals(6, skipped());

        List<Long> processed = read(6, 9, 4);

        assertEquals(List.of(6L, 7L, 8L), processed);
        assertEquals(9, entry().nextOffset());
        restart();
        assertEquals(List.of(9L), read(6, 10, 4));
    }

    @Test
    void process_logTruncatedDuringARunOfSkips_processesTheNewRecords() {
        read(0, 10, 3);
        restart();
        read(0, 5, 3);

        assertEquals(List.of(5L, 6L, 7L), read(5, 8, 4));
    }

    /// The earlier version recorded no range. Nothing proves that its offset belongs to this topic.
    @Test
    void process_entryOfTheEarlierVersion_skipsNothingBeforeIt() {
        ledger.put(StoreKeys.partition(PARTITION), StoredFormsTest.golden("ledger"));
        long next = entry().nextOffset();

        assertEquals(List.of(next, next + 1), read(next, next + 2, 0));

        restart();
        assertEquals(List.of(next - 1), read(next - 1, next + 2, 0));
    }

    /// An earlier version wrote the range without the number of its gaps.
    @Test
    void process_rangeOfAnEarlierVersion_hasNoGaps() {
        assertEquals(CompatibilityTest.LEDGER, LedgerEntry.ofBytes(StoredFormsTest.golden("ledger-range-uncounted")));
    }

    @Test
    void process_earlierVersionRanInBetween_startsANewRange() {
        read(0, 10, 3);
        LedgerEntry now = entry();
        ledger.put(StoreKeys.partition(PARTITION), new LedgerEntry(now.received() + 5, now.accepted() + 5,
                now.duplicate(), now.dead(), 15).toBytes());
        restart();

        read(15, 20, 3);

        restart();
        assertEquals(15, read(0, 20, 3).size());
    }

    @Test
    void process_recordWithoutLeaderEpoch_isNeverSkipped() {
        read(0, 10, 3);
        context.setRecordMetadata(PipelineDriver.TOPICS.events(), PARTITION, 2);
        context.resetForwards();

        validation.process(new Record<>("m".getBytes(UTF_8), "no JSON".getBytes(UTF_8), 0));

        assertEquals(1, context.forwarded().size());
        assertEquals(Optional.empty(), entry().processed());
    }

    @Test
    void process_clusterDoesNotAnswer_neitherSkipsNorCounts() {
        read(0, 10, 3);
        LedgerEntry before = entry();
        restart();
        topic.answers(false);

        assertThrows(TimeoutException.class, () -> read(0, 3, 0));

        assertEquals(before, entry());
        topic.answers(true);
        assertEquals(List.of(), read(0, 1, 3));
    }

    /// Offsets are lost, logs are cut and recreated, tasks restart, an earlier version runs in between.
    @Test
    void process_anyHistory_losesNoRecordAndCountsNoneTwiceInOneLog() {
        for (long seed = 0; seed < 300; seed++) {
            new History(seed).run();
        }
    }

    /// Another reading gives such a record another time, and a second identity from it would be another each time.
    @Test
    void process_withoutIdAndWithoutAStableTime_hasNoSecondIdentity() {
        Headers stable = new org.apache.kafka.common.header.internals.RecordHeaders();
        Headers unstable = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(unstable, RecordHeaders.UNSTABLE_TIME, "");

        assertTrue(candidateWithoutId(stable).secondId().isPresent());
        assertEquals(Optional.empty(), candidateWithoutId(unstable).secondId());
    }

    private Candidate candidateWithoutId(Headers headers) {
        context.setRecordMetadata(PipelineDriver.TOPICS.events(), PARTITION, 0);
        context.resetForwards();
        validation.process(new Record<>("m".getBytes(UTF_8), ("{\"matchId\":\"m\",\"eventType\":\"reaction\","
                + "\"timestamp\":\"" + PipelineDriver.START + "\"}").getBytes(UTF_8),
                PipelineDriver.START.toEpochMilli(),
                headers));
        return (Candidate) context.forwarded().getFirst().record().value();
    }

    private final class History {
        private final long seed;
        private final Random random;
        private List<Entry> log = new ArrayList<>();
        private final Map<Long, Integer> processed = new HashMap<>();

        /// The numbers of records that the range no longer protects.
        private final Set<Long> unprotected = new HashSet<>();
        private long numbers;
        private int epoch;
        private boolean jumped;
        private int jumps;

        History(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            ledger.delete(StoreKeys.partition(PARTITION));
            topic.recreate();
            restart();
            int position = 0;
            for (int step = 0; step < 200; step++) {
                switch (random.nextInt(40)) {
                    case 0 -> position = 0; // the offsets are lost
                    case 1 -> position = truncate(position);
                    case 2 -> position = recreate(position);
                    case 3 -> restart();
                    case 4 -> epoch++;
                    case 5 -> stripRange();
                    case 6 -> position = setForward(position);
                    default -> {
                    }
                }
                for (int i = random.nextInt(3); i > 0; i--) {
                    log.add(new Entry(numbers++, epoch));
                }
                for (int i = random.nextInt(4); i > 0 && position < log.size(); i--) {
                    read(position++);
                }
            }
            restart();
            for (position = 0; position < log.size(); position++) {
                read(position);
            }
            log.forEach(entry -> assertTrue(processed.containsKey(entry.number()), () -> "lost, seed " + seed));
        }

        private void read(int offset) {
            Entry entry = log.get(offset);
            // After a jump to another epoch the range begins again.
            if (jumped && entry().processed().filter(range -> range.leaderEpoch() >= entry.epoch()).isEmpty()) {
                unprotectAll();
            }
            jumped = false;
            if (isProcessed(offset, entry.epoch(), entry.number())) {
                int times = processed.merge(entry.number(), 1, Integer::sum);
                assertTrue(times == 1 || unprotected.contains(entry.number()), () -> "twice, seed " + seed);
            } else {
                assertTrue(processed.containsKey(entry.number()), () -> "skipped but not processed, seed " + seed);
            }
        }

        /// The consumer notices the cut and starts again at the first record.
        private int truncate(int position) {
            int length = random.nextInt(log.size() + 1);
            log = new ArrayList<>(log.subList(0, length));
            epoch++;
            unprotectAll(); // the range starts again at the cut
            return position <= length ? position : 0;
        }

        /// The group's offset goes with the topic.
        private int recreate(int position) {
            log.clear();
            epoch = 0;
            topic.recreate();
            return position == 0 ? 0 : restartAt(0);
        }

        /// Never to the end of the range: that is like any other restart, also if the log was cut before it.
        private int setForward(int position) {
            int target = position + random.nextInt(log.size() - position + 1);
            if (target == entry().nextOffset()) {
                return position;
            }
            restart();
            jumped = true;
            if (++jumps > ProcessedRange.MOST_GAPS) {
                unprotectAll(); // the range begins later
            }
            return target;
        }

        private void unprotectAll() {
            log.forEach(entry -> unprotected.add(entry.number()));
        }

        private int restartAt(int position) {
            if (random.nextBoolean()) {
                restart();
            }
            return position;
        }

        private void stripRange() {
            LedgerEntry now = entry();
            unprotectAll();
            ledger.put(StoreKeys.partition(PARTITION), new LedgerEntry(now.received(), now.accepted(), now.duplicate(),
                    now.dead(), now.nextOffset()).toBytes());
        }
    }
}
