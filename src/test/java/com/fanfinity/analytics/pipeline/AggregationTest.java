package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Accepted;

class AggregationTest {

    private static final Instant KICK_OFF = Instant.parse("2018-07-15T15:00:00Z");

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static EventJson event(long number, int minute) {
        return EventJson.of("m", "pass", number).team("A").at(KICK_OFF.plusSeconds(60L * minute));
    }

    // --- conflation

    private static final Duration TICK = Duration.ofMillis(25);

    @Test
    void publish_eventAlone_isPublishedAtTheNextTick() {
        driver.send(event(1, 0));

        driver.advance(TICK.minusMillis(1));
        assertEquals(List.of(), driver.publishedStats());
        driver.advance(Duration.ofMillis(1));

        assertEquals(1, driver.publishedStats().size());
        assertEquals(1, driver.publishedMinutes().size());
    }

    @Test
    void publish_changedAgainWithinTheInterval_isPublishedAfterTheInterval() {
        driver.send(event(1, 0));
        driver.advance(TICK);
        driver.publishedStats();

        driver.send(event(2, 0));
        List<Integer> ticks = new java.util.ArrayList<>();
        for (int tick = 1; tick <= 16; tick++) {
            driver.advance(TICK);
            if (!driver.publishedStats().isEmpty()) {
                ticks.add(tick);
            }
        }

        assertEquals(List.of(10), ticks);
    }

    @Test
    void publish_keyMomentWithinTheInterval_isPublishedInTheNextRound() {
        driver.send(event(1, 0), event(1, 0).inMatch("other"));
        driver.advance(TICK);
        driver.publishedStats();

        driver.send(EventJson.of("m", "goal", 3).team("A"), event(2, 0), event(2, 0).inMatch("other"));
        driver.advance(PublishRounds.SHORTEST);

        assertEquals(List.of("m 3"), driver.publishedStats().stream()
                .map(stats -> stats.get("matchId").asText() + ' ' + stats.get("totalEvents")).toList());
    }

    @Test
    void publish_afterItWasFlushedForItsMinutes_waitsForAnInterval() {
        IntStream.range(0, 257).forEach(i -> driver.send(event(i, i)));
        driver.publishedStats();

        driver.advance(TICK);
        assertEquals(List.of(), driver.publishedStats());
        driver.advance(Duration.ofMillis(225));

        assertEquals(1, driver.publishedStats().size());
    }

    @Test
    void publish_manyChangesInOneInterval_publishesTheLastStateOnce() {
        IntStream.range(0, 50).forEach(i -> driver.send(event(i, i % 3)));

        driver.publish();

        List<JsonNode> stats = driver.publishedStats();
        assertEquals(1, stats.size());
        assertEquals(50, stats.getFirst().get("totalEvents").asInt());
        assertEquals(50, stats.getFirst().get("version").asInt());
        List<JsonNode> minutes = driver.publishedMinutes();
        assertEquals(List.of("17", "17", "16"), minutes.stream().map(minute -> minute.get("events").asText()).toList());
        assertEquals(
                """
                        {"matchId":"m","minute":"2018-07-15T15:00:00.000Z","events":17,"byType":{"pass":17},"byTeam":{"A":17},"version":17}""",
                minutes.getFirst().toString());
    }

    // --- published values

    @Test
    void publish_match_equalsTheMetricsCall() {
        driver.send(
                EventJson.of("m", "match_start", 1)
                        .metadata("{\"homeTeamId\":\"A\",\"competition\":\"Cup\",\"venue\":\"V\"}"),
                event(2, 0));

        driver.publish();

        JsonNode stats = driver.publishedStats().getFirst();
        assertEquals(
                "[matchId, status, teams, competition, venue, score, shootout, totalEvents, eventsByType, "
                        + "eventsByTeam, goals, yellowCards, redCards, firstEventAt, lastEventAt, lastActivityAt, "
                        + "activeMinutes, eventsPerMinute, peakMinute, peakPeriods, responseTimePercentiles, "
                        + "duplicates, version, asOf, stale]",
                stats.propertyStream().map(java.util.Map.Entry::getKey).toList().toString());
        assertEquals("Cup V false",
                stats.get("competition").asText() + ' ' + stats.get("venue").asText() + ' ' + stats.get("stale"));
    }

    @Test
    void publish_unknownCompetition_isNull() {
        driver.send(event(1, 0));

        driver.publish();

        JsonNode stats = driver.publishedStats().getFirst();
        assertTrue(stats.required("competition").isNull() && stats.required("venue").isNull(), stats::toString);
    }

    /// Records of other matches and dead letters are processed too.
    @Test
    void publish_isAsOfTheTimeThatTheProcessedOffsetProves() {
        driver.provenTime((partition, nextOffset) -> partition == 0 && nextOffset == 3
                ? Optional.of(PipelineDriver.START.minusMillis(40))
                : Optional.empty());
        driver.send(event(1, 0));
        driver.send(event(1, 0).inMatch("m2"));
        driver.send("m3", "no event");
        driver.publish();

        assertEquals(List.of("2026-11-21T11:59:59.960Z", "2026-11-21T11:59:59.960Z"), asOf());
    }

    /// The clock of the broker or of a producer is ahead, or was set back. Its time proves nothing.
    @ParameterizedTest
    @ValueSource(longs = {3_000, 10, -10, -3_600})
    void publish_recordsStampedByAnotherClock_isAsOfTheProvenTime(long secondsAhead) {
        driver.provenTime((_, _) -> Optional.of(PipelineDriver.START.minusMillis(40)));
        driver.sendAt(PipelineDriver.START.plusSeconds(secondsAhead), event(1, 0));
        driver.sendAt(PipelineDriver.START.plusSeconds(secondsAhead), event(1, 0).inMatch("m2"));
        driver.publish();

        assertEquals(List.of("2026-11-21T11:59:59.960Z", "2026-11-21T11:59:59.960Z"), asOf());
    }

    @Test
    void publish_noTimeIsProven_isAsOfTheEpoch() {
        driver.provenTime((_, _) -> Optional.empty());
        driver.send(event(1, 0));
        driver.publish();

        assertEquals(List.of("1970-01-01T00:00:00.000Z"), asOf());
    }

    private List<String> asOf() {
        return driver.publishedStats().stream().map(stats -> stats.get("asOf").asText()).toList();
    }

    @Test
    void publish_nothingChanged_publishesNothing() {
        driver.send(event(1, 0));
        driver.publish();
        driver.publishedStats();
        driver.publishedMinutes();

        driver.advance(Duration.ofSeconds(59));

        assertEquals(List.of(), driver.publishedStats());
        assertEquals(List.of(), driver.publishedMinutes());
    }

    // --- no more events

    private List<Long> current() {
        return driver.publishedStats().stream().map(stats -> stats.get("eventsPerMinute").get("current").asLong())
                .toList();
    }

    @Test
    void publish_noEventForAMinute_publishesARateOfZeroOnce() {
        driver.send(event(1, 0), event(2, 0));
        driver.publish();
        driver.publishedMinutes();
        assertEquals(List.of(2L), current());

        driver.advance(Duration.ofMillis(59_749));
        assertEquals(List.of(), current());
        driver.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0L), current());
        driver.advance(Duration.ofMinutes(5));

        assertEquals(List.of(), current());
        assertEquals(List.of(), driver.publishedMinutes());
    }

    @Test
    void publish_eventWithinTheMinute_publishesAMinuteAfterIt() {
        driver.send(event(1, 0));
        driver.publish();
        driver.advance(Duration.ofSeconds(50));
        driver.send(event(2, 0));
        driver.publish();
        assertEquals(List.of(1L, 2L), current());

        driver.advance(Duration.ofSeconds(58));
        assertEquals(List.of(), current());
        driver.advance(Duration.ofSeconds(3));

        assertEquals(List.of(0L), current());
    }

    /// Both are published at their own times, with the same version since no event arrived.
    @Test
    void publish_twoMatchesBecomeQuiet_publishesEach() {
        driver.send(event(1, 0));
        driver.publish();
        driver.advance(Duration.ofSeconds(10));
        driver.send(event(1, 0).inMatch("later"));
        driver.publish();
        driver.publishedStats();

        driver.advance(Duration.ofSeconds(51));
        List<JsonNode> first = driver.publishedStats();
        driver.advance(Duration.ofSeconds(10));
        List<JsonNode> second = driver.publishedStats();

        assertEquals(List.of("m 1"),
                first.stream().map(stats -> stats.get("matchId").asText() + ' ' + stats.get("version")).toList());
        assertEquals(List.of("later"), second.stream().map(stats -> stats.get("matchId").asText()).toList());
    }

    @Test
    void publish_matchWithARateOfZero_publishesNothingAfterAMinute() {
        driver.send(event(1, 0), EventJson.of("m", "match_end", 2), EventJson.kickOff("announced", 1, "A", "B"));
        driver.publish();
        driver.publishedStats();

        driver.advance(Duration.ofMinutes(2));

        assertEquals(List.of(), driver.publishedStats());
    }

    @Test
    void publish_onlyADuplicate_publishesTheMatchAndNoMinute() {
        driver.send(event(1, 0));
        driver.publish();
        driver.publishedStats();
        driver.publishedMinutes();

        driver.send(event(1, 0));
        driver.publish();

        assertEquals(List.of(1),
                driver.publishedStats().stream().map(stats -> stats.get("duplicates").asInt()).toList());
        assertEquals(List.of(), driver.publishedMinutes());
    }

    @Test
    void publish_again_hasAGreaterVersion() {
        Set<Long> versions = new HashSet<>();
        long before = 0;
        for (int i = 0; i < 20; i++) {
            driver.send(event(i / 2, 0));
            driver.publish();
            long version = driver.publishedStats().getFirst().get("version").asLong();
            assertTrue(version > before, "version " + version + " after " + before);
            before = version;
            versions.add(version);
        }
        assertEquals(20, versions.size());
    }

    @Test
    void publish_severalMatches_publishesEach() {
        IntStream.range(0, 30).forEach(i -> driver.send(event(i, 0).inMatch("m" + i % 10)));

        driver.publish();

        List<JsonNode> stats = driver.publishedStats();
        assertEquals(10, stats.stream().map(match -> match.get("matchId").asText()).distinct().count());
        assertEquals(10, stats.size());
    }

    @Test
    void process_256MinutesWithinOneInterval_areFlushedAtOnceAndNotAgain() {
        IntStream.range(0, 300).forEach(i -> driver.send(event(i, i)));

        List<JsonNode> atOnce = driver.publishedMinutes();
        driver.publish();

        List<JsonNode> minutes = driver.publishedMinutes();
        assertEquals(256, atOnce.size());
        assertEquals(44, minutes.size());
        assertEquals(2, driver.publishedStats().size());
        assertEquals(0, driver.stats("m").unpublishedMinutes().size());
    }

    @Test
    void process_256MinutesFlushedAndNothingSince_areNotPublishedTwice() {
        IntStream.range(0, 256).forEach(i -> driver.send(event(i, i)));
        assertEquals(1, driver.publishedStats().size());

        driver.publish();

        assertEquals(List.of(), driver.publishedStats());
    }

    // --- a crash between a change and its publication

    /// The stores survive each restart of the processor.
    private static final class Partition {
        final TestClock clock = new TestClock(PipelineDriver.START);
        final EventCodec codec = new EventCodec(new com.fanfinity.analytics.event.EventRules(Duration.ofHours(24)));
        final List<KeyValueStore<Bytes, byte[]>> stores;
        OptionalLong storedUpTo = OptionalLong.empty();

        Partition() {
            MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
            stores = List
                    .of(StoreNames.STATS, StoreNames.MINUTES, StoreNames.RECENT, StoreNames.MOMENTS, StoreNames.LEDGER)
                    .stream()
                    .map(name -> Stores
                            .keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.Bytes(),
                                    Serdes.ByteArray())
                            .withLoggingDisabled().withCachingDisabled().build())
                    .toList();
            stores.forEach(store -> store.init(context.getStateStoreContext(), store));
        }

        Life live() {
            MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
            stores.forEach(context::addStateStore);
            Aggregation aggregation = new Aggregation(PipelineDriver.settings(Path.of("unused")).streams(),
                    new TestTopic(), new MatchIndexes(), _ -> storedUpTo, (_, _) -> Optional.of(clock.now()),
                    new PublishRounds(Duration.ofMillis(250), TICK),
                    clock,
                    new Meters(new SimpleMeterRegistry()));
            context.setCurrentStreamTimeMs(-1);
            aggregation.init(context);
            return new Life(this, context, aggregation);
        }
    }

    /// The time from a start of the processor to its end.
    private record Life(Partition partition, MockProcessorContext<byte[], Object> context, Aggregation aggregation) {

        void accept(EventJson json) {
            if (partition.codec.decode(json.bytes(), PipelineDriver.START,
                    UUID::randomUUID) instanceof Decoded.Valid(var event, _)) {
                aggregation.process(
                        new Record<>(json.matchId().getBytes(UTF_8), new Accepted(event, 0, json.bytes()),
                                partition.clock.millis()));
            } else {
                throw new AssertionError("invalid: " + json);
            }
        }

        /// The matches published after the interval, as `step matchId`.
        List<String> publish() {
            context.resetForwards();
            partition.clock.advance(Duration.ofMillis(250));
            punctuate(TICK);
            return context.forwarded().stream().map(Life::describe).toList();
        }

        void archive() {
            punctuate(Duration.ofMinutes(1));
        }

        private void punctuate(Duration interval) {
            context.scheduledPunctuators().stream()
                    .filter(each -> !each.cancelled() && each.getInterval().equals(interval))
                    .forEach(each -> each.getPunctuator().punctuate(0));
        }

        /// The matches published because their rate expired, as `step matchId`.
        List<String> quiet() {
            context.resetForwards();
            punctuate(Duration.ofSeconds(1));
            return context.forwarded().stream().map(Life::describe).toList();
        }

        long flowing() {
            return ticking(Duration.ofSeconds(1));
        }

        private long ticking(Duration interval) {
            return context.scheduledPunctuators().stream()
                    .filter(each -> !each.cancelled() && each.getInterval().equals(interval)).count();
        }

        /// The number of punctuators that make Streams commit without new records.
        long ticking() {
            return ticking(TICK);
        }

        private static String describe(CapturedForward<? extends byte[], ?> forward) {
            return forward.childName().orElseThrow() + ' ' + new String(forward.record().key(), UTF_8);
        }
    }

    @Test
    void init_changesThatWereNotPublished_arePublishedAfterTheRestart() {
        // Given a life that ends before it has published two of three matches
        Partition partition = new Partition();
        Life first = partition.live();
        first.accept(event(1, 0).inMatch("published"));
        first.publish();
        first.accept(event(1, 0).inMatch("lost"));
        first.accept(event(2, 7).inMatch("lost"));
        first.accept(event(1, 3).inMatch("lost.too"));

        // When
        Life second = partition.live();

        // Then
        assertEquals(List.of("publish-minutes lost", "publish-minutes lost", "publish-stats lost",
                "publish-minutes lost.too",
                "publish-stats lost.too"), second.publish());
        assertEquals(List.of(), second.publish());
        assertEquals(List.of(), partition.live().publish());
    }

    @Test
    void init_matchThatBecomesQuiet_isPublishedOnce() {
        Partition partition = new Partition();
        Life first = partition.live();
        first.accept(event(1, 0));
        first.accept(event(1, 0).inMatch("ended"));
        first.accept(EventJson.of("ended", "match_end", 2));
        first.publish();
        assertEquals(1, first.flowing());

        Life second = partition.live();
        assertEquals(List.of(), second.quiet());
        partition.clock.advance(Duration.ofMinutes(1));

        assertEquals(List.of("publish-stats m"), second.quiet());
        assertEquals(0, second.flowing());
        assertEquals(0, partition.live().flowing());
    }

    @Test
    void publish_moreMatchesThanTheExpiryHolds_publishesAll() {
        Partition partition = new Partition();
        Life life = partition.live();
        int matches = ActiveRateExpiry.MOST + 5;
        IntStream.range(0, matches).forEach(i -> life.accept(event(1, 0).inMatch("m" + i)));
        assertEquals(2 * matches, life.publish().size());
        partition.clock.advance(Duration.ofMinutes(1));

        Set<String> expired = new HashSet<>(life.quiet());
        assertEquals(ActiveRateExpiry.MOST, expired.size());
        expired.addAll(life.quiet());

        assertEquals(matches, expired.size());
        assertEquals(0, life.flowing());
    }

    @Test
    void publish_nothingWaits_endsTheTicks() {
        Life life = new Partition().live();
        assertEquals(0, life.ticking());

        life.accept(event(1, 0));
        life.accept(event(2, 0));
        assertEquals(1, life.ticking());
        life.publish();
        assertEquals(0, life.ticking());

        life.accept(event(3, 0));
        assertEquals(1, life.ticking());
        assertEquals(2, life.publish().size());
    }

    @Test
    void init_taskSuspendedAndResumedThreeTimes_hasEachPunctuatorOnce() {
        for (int i = 0; i < 3; i++) {
            driver.send(event(i, 0));
            driver.suspendAndResume();
        }
        driver.archivingTurns();

        driver.advance(TICK);
        assertEquals(1, driver.publishedStats().size());
        driver.advance(Duration.ofMinutes(1));

        assertEquals(1, driver.archivingTurns());
    }

    /// Streams does not close the processors of a task whose restore ended with a failure in `init`.
    @Test
    void init_withoutClose_cancelsThePunctuatorsOfTheLastInit() {
        Partition partition = new Partition();
        Life life = partition.live();
        life.accept(event(1, 0));
        life.publish();
        life.accept(event(2, 0));

        life.aggregation().init(life.context());

        assertEquals(1, life.ticking());
        assertEquals(1, life.flowing());
        assertEquals(1, life.ticking(Duration.ofMinutes(1)));
        life.aggregation().close();
        assertEquals(0, life.ticking() + life.flowing() + life.ticking(Duration.ofMinutes(1)));
    }

    @Test
    void init_archivedMatch_staysArchivedAndContinuesToCount() {
        Partition partition = new Partition();
        Life first = partition.live();
        first.accept(event(1, 0));
        first.publish();
        partition.clock.advance(Duration.ofDays(8));
        partition.storedUpTo = OptionalLong.of(partition.clock.millis());
        first.archive();

        Life second = partition.live();
        second.accept(event(2, 0));

        assertEquals(List.of(), second.publish());
        Archived archived = Archived.ofBytes(partition.stores.getFirst().get(StoreKeys.match("m")));
        assertEquals(2, archived.totalEvents());
        assertEquals(1, archived.eventsStored());
    }
}
