package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.deadletters.ReplayRequest.ByIds;
import com.fanfinity.analytics.deadletters.ReplayRequest.ByReason;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ingest.FakeKafka;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;

class ReplayerTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final FakeDeadLetterStore letters = new FakeDeadLetterStore();
    private final FakeKafka kafka = new FakeKafka();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);
    private final Replayer replayer = new Replayer(letters, new EventCodec(new EventRules(Duration.ofHours(24))),
            new EventPublisher(kafka, "match-events", Duration.ofSeconds(15), meters.ingest()),
            Clock.fixed(NOW, ZoneOffset.UTC), meters.deadLetters());

    private ReplayAnswer replay(DeadLetterId... ids) throws Exception {
        return replayer.replay(new ByIds(List.of(ids)), "request-1", "admin");
    }

    private static List<String> outcomes(ReplayAnswer answer) {
        return answer.results().stream().map(result -> result.outcome().kind().wireName()).toList();
    }

    private static EventJson event(long number) {
        return EventJson.of("m-" + number, "reaction", number);
    }

    @Test
    void replay_validLetter_isWrittenUnderItsMatchAndAudited() throws Exception {
        DeadLetterId id = letters.add(7, DeadReason.KEY_MISMATCH, event(1).json());

        ReplayAnswer answer = replay(id);

        assertEquals(List.of("replayed"), outcomes(answer));
        assertTrue(answer.audited());
        ProducerRecord<byte[], byte[]> written = kafka.history().getFirst();
        assertEquals("m-1", new String(written.key(), UTF_8));
        assertEquals(event(1).json(), new String(written.value(), UTF_8));
        assertEquals(NOW.toEpochMilli() * 1_000,
                RecordHeaders.number(written.headers(), RecordHeaders.RECEIVED_AT).getAsLong());
        assertEquals(List.of(new ReplayAudit(id, "requested", "", "", "", "request-1", "admin", NOW),
                new ReplayAudit(id, "replayed", "", event(1).eventId().toString(), "m-1", "request-1", "admin", NOW)),
                letters.audits);
        assertEquals(1, registry.get("dead.letters.replayed").tag("outcome", "replayed").counter().count());
    }

    @Test
    void replay_keepsTheProducerOfTheLetter() throws Exception {
        DeadLetterId id = letters.add(7, DeadReason.KEY_MISMATCH, event(1).json().getBytes(UTF_8),
                Map.of("producer", "feed-1".getBytes(UTF_8)));

        replay(id);

        assertEquals("feed-1", RecordHeaders.producer(kafka.history().getFirst().headers()));
    }

    @Test
    void replay_again_isSkippedAndNothingIsWritten() throws Exception {
        DeadLetterId id = letters.add(7, DeadReason.KEY_MISMATCH, event(1).json());
        replay(id);

        assertEquals(List.of("skipped"), outcomes(replay(id)));

        assertEquals(1, kafka.sends());
        assertEquals(List.of("requested", "replayed"), letters.outcomes(id));
    }

    /// The topology derives the same id, so it recognizes the event as a duplicate.
    @Test
    void replay_withoutEventId_hasTheIdOfItsOriginalPosition() throws Exception {
        DeadLetterId id = letters.add(7, DeadReason.KEY_MISMATCH, event(1).anonymous());
        letters.failingWrites(number -> number == 1);
        replay(id);
        replay(id);

        assertEquals(2, kafka.sends());
        String first = new String(kafka.history().getFirst().value(), UTF_8);
        assertEquals(first, new String(kafka.history().getLast().value(), UTF_8));
        assertTrue(first.startsWith("{\"eventId\":\"" + EventIds.ofPlace("match-events", 3, 7) + "\","), first);
    }

    @Test
    void replay_stillInvalid_isRejectedWithAllItsFaults() throws Exception {
        DeadLetterId id = letters.add(7, DeadReason.INVALID, "{\"matchId\":\"m\",\"eventType\":\"gaol\"}");

        ReplayAnswer answer = replay(id);

        ReplayOutcome.InvalidEvent refused = (ReplayOutcome.InvalidEvent) answer.results().getFirst().outcome();
        assertEquals(List.of("eventType", "timestamp"), refused.faults().stream().map(fault -> fault.field()).toList());
        assertEquals(0, kafka.sends());
        assertEquals(List.of("requested", "refused"), letters.outcomes(id));
    }

    @Test
    void replay_onceTooFarAheadNowNot_isReplayed() throws Exception {
        DeadLetterId early = letters.add(7, DeadReason.INVALID, event(1).at(NOW.plus(Duration.ofHours(25))).json());
        DeadLetterId intime = letters.add(8, DeadReason.INVALID, event(2).at(NOW.plus(Duration.ofHours(24))).json());

        assertEquals(List.of("refused", "replayed"), outcomes(replay(early, intime)));
    }

    @Test
    void replay_cutValueUnstorableTooLargeOrUnknown_areNotWritten() throws Exception {
        DeadLetterId cut = letters.add(1, DeadReason.MALFORMED, new byte[1 << 20],
                Map.of("cut", "key=1 value=2000000 headers=0 bytes".getBytes(UTF_8)));
        DeadLetterId unstorable = letters.add(2, DeadReason.UNSTORABLE, event(2).json());
        DeadLetterId large = letters.add(3, DeadReason.MALFORMED, event(3).json() + " ".repeat(64 << 10));

        assertEquals(List.of("not_replayable", "not_replayable", "refused", "not_found"),
                outcomes(replay(cut, unstorable, large, FakeDeadLetterStore.id(99))));

        assertEquals(0, kafka.sends());
        assertEquals(List.of(), letters.outcomes(FakeDeadLetterStore.id(99)));
        assertEquals(2, registry.get("dead.letters.replayed").tag("outcome", "not_replayable").counter().count());
    }

    /// The key is recreated, and the producer's own header has no effect.
    @Test
    void replay_onlyKeyCutOrAForeignHeader_isReplayed() throws Exception {
        DeadLetterId key = letters.add(1, DeadReason.KEY_MISMATCH, event(1).bytes(),
                Map.of("cut",
                        "key=2000000 value=%d headers=0 bytes".formatted(event(1).bytes().length).getBytes(UTF_8)));
        DeadLetterId foreign = letters.add(2, DeadReason.KEY_MISMATCH, event(2).bytes(),
                Map.of("cut", "yes".getBytes(UTF_8)));

        assertEquals(List.of("replayed", "replayed"), outcomes(replay(key, foreign)));
    }

    @Test
    void replay_kafkaRejectsOne_isUnavailableAndMayBeReplayedAgain() throws Exception {
        DeadLetterId first = letters.add(1, DeadReason.KEY_MISMATCH, event(1).json());
        DeadLetterId second = letters.add(2, DeadReason.KEY_MISMATCH, event(2).json());
        kafka.refusing(number -> number == 0);

        assertEquals(List.of("unavailable", "replayed"), outcomes(replay(first, second)));
        assertEquals(List.of("replayed", "skipped"), outcomes(replay(first, second)));

        assertEquals(List.of("requested", "unavailable", "requested", "replayed"), letters.outcomes(first));
    }

    @Test
    void replay_kafkaAway_triesNoMoreThanTheFirstChunk() throws Exception {
        DeadLetterId[] ids = LongStream.range(0, 250)
                .mapToObj(i -> letters.add(i, DeadReason.KEY_MISMATCH, event(i).json()))
                .toArray(DeadLetterId[]::new);
        kafka.refusing(_ -> true);

        assertEquals(List.of("unavailable"), outcomes(replay(ids)).stream().distinct().toList());

        assertEquals(Replayer.CHUNK, kafka.sends());
    }

    @Test
    void replay_requestCannotBeAudited_publishesNothing() {
        DeadLetterId id = letters.add(1, DeadReason.KEY_MISMATCH, event(1).json());
        letters.failingWrites(_ -> true);

        assertThrows(DeadLetterStoreException.class, () -> replay(id));

        assertEquals(0, kafka.sends());
    }

    @Test
    void replay_outcomeCannotBeAudited_isReported() throws Exception {
        DeadLetterId id = letters.add(1, DeadReason.KEY_MISMATCH, event(1).json());
        letters.failingWrites(number -> number == 1);

        ReplayAnswer answer = replay(id);

        assertFalse(answer.audited());
        assertEquals(List.of("replayed"), outcomes(answer));
    }

    @Test
    void replay_storeGoesAwayHalfway_reportsEachOutcome() throws Exception {
        DeadLetterId[] ids = LongStream.range(0, Replayer.CHUNK + 1)
                .mapToObj(i -> letters.add(i, DeadReason.KEY_MISMATCH, event(i).json()))
                .toArray(DeadLetterId[]::new);
        letters.contentsOnly(1).failingWrites(number -> number > 0);

        ReplayAnswer answer = replay(ids);

        assertEquals(Replayer.CHUNK, outcomes(answer).stream().filter("replayed"::equals).count());
        assertEquals("unavailable", outcomes(answer).getLast());
        assertFalse(answer.audited());
    }

    @Test
    void replay_byReason_takesTheOldestUntilNoneIsLeft() throws Exception {
        for (long i = 0; i < 5; i++) {
            letters.add(i, DeadReason.KEY_MISMATCH, event(i).json());
        }
        letters.add(9, DeadReason.PROCESSING_FAILED, event(9).json());
        ByReason two = new ByReason(DeadReason.KEY_MISMATCH, TimeRange.ALWAYS, Optional.empty(), 2);

        ReplayAnswer first = replayer.replay(two, "r", "admin");

        assertEquals(List.of(FakeDeadLetterStore.id(0), FakeDeadLetterStore.id(1)),
                first.results().stream().map(ReplayAnswer.LetterOutcome::id).toList());
        assertTrue(first.next().isPresent());
        assertEquals(2, replayer.replay(two, "r", "admin").results().size());
        assertEquals(Optional.empty(), replayer.replay(two, "r", "admin").next());
        assertEquals(List.of(), replayer.replay(two, "r", "admin").results());
        assertEquals(5, kafka.sends());
    }

    /// Letters that are rejected again must not block later letters.
    @Test
    void replay_byReasonWithCursor_continuesAfterTheRejected() throws Exception {
        letters.add(1, DeadReason.INVALID, "{}");
        DeadLetterId good = letters.add(2, DeadReason.INVALID, event(2).json());
        ReplayAnswer first = replayer.replay(new ByReason(DeadReason.INVALID, TimeRange.ALWAYS, Optional.empty(), 1),
                "r", "admin");

        ReplayAnswer second = replayer.replay(new ByReason(DeadReason.INVALID, TimeRange.ALWAYS, first.next(), 1), "r",
                "admin");

        assertEquals(List.of("refused"), outcomes(first));
        assertEquals(good, second.results().getFirst().id());
        assertEquals(List.of("replayed"), outcomes(second));
    }
}
