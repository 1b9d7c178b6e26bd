package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Accepted;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;

/// The identities of events without an id, and of events that cannot be accepted.
class DedupeIdentityTest {

    private static final String TOPIC = PipelineDriver.TOPICS.events();
    private static final Instant FIRST = PipelineDriver.START;
    private static final Instant LATER = FIRST.plusSeconds(600);

    private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
    private final Dedupe dedupe = new Dedupe(Duration.ofHours(48), new EventCodec(EventRules.ofRecords()),
            new Meters(new SimpleMeterRegistry()).streams());

    private Optional<Instant> streamTime = Optional.empty();

    DedupeIdentityTest() {
        WindowStore<Bytes, byte[]> seen = Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore(StoreNames.SEEN, Dedupe.retention(Duration.ofHours(48)), Dedupe.BUCKET,
                        false),
                Serdes.Bytes(), Serdes.ByteArray()).withLoggingDisabled().build();
        seen.init(context.getStateStoreContext(), seen);
        context.addStateStore(seen);
        dedupe.init(context);
    }

    private static MatchEvent event(int number) {
        return StoredFormsTest.event(EventJson.of("m", "reaction", number));
    }

    /// Processes an event without an id that was written to the offset 7.
    ///
    /// @return the identity under which it was accepted; empty if it is a duplicate
    private Optional<UUID> processWithoutId(Instant arrival, int number) {
        return process(arrival, event(number).withId(EventIds.ofPlace(TOPIC, 0, 7)),
                Optional.of(EventIds.ofPlace(TOPIC, 0, 7, arrival.toEpochMilli())));
    }

    private Optional<UUID> process(Instant arrival, MatchEvent event, Optional<UUID> secondId) {
        LedgerUpdate update = new LedgerUpdate(LedgerEntry.NOTHING);
        context.setRecordMetadata(TOPIC, 0, 7);
        context.setCurrentStreamTimeMs(streamTime.orElse(arrival).toEpochMilli());
        context.resetForwards();
        dedupe.process(new Record<>("m".getBytes(UTF_8), new Candidate(event, 0, update, secondId),
                arrival.toEpochMilli()));
        assertEquals(update.after().accepted(), context.forwarded(MatchTopology.ACCEPTED).size());
        return context.forwarded(MatchTopology.AGGREGATE).stream().map(forward -> forward.record().value())
                .filter(Accepted.class::isInstance).map(accepted -> ((Accepted) accepted).event().eventId())
                .findFirst();
    }

    /// The topic was created again, or its log was cut. The place of the record is that of an earlier one.
    @Test
    void process_withoutId_otherRecordAtTheSamePlace_isAnotherEvent() {
        assertEquals(Optional.of(EventIds.ofPlace(TOPIC, 0, 7)), processWithoutId(FIRST, 1));

        assertEquals(Optional.of(EventIds.ofPlace(TOPIC, 0, 7, LATER.toEpochMilli())), processWithoutId(LATER, 2));
    }

    @Test
    void process_withoutId_sameRecordIsReadAgain_isADuplicate() {
        processWithoutId(FIRST, 1);
        processWithoutId(LATER, 2);

        assertEquals(Optional.empty(), processWithoutId(FIRST, 1));
        assertEquals(Optional.empty(), processWithoutId(LATER, 2));
    }

    /// The first record is no longer in the window, the second one is.
    @Test
    void process_withoutId_earlierRecordIsForgotten_isStillADuplicate() {
        Instant edge = Instant.ofEpochMilli(Dedupe.BUCKET.toMillis() * 10_000);
        Instant second = edge.plus(Dedupe.BUCKET).plusSeconds(1);
        processWithoutId(edge, 1);
        processWithoutId(second, 2);

        streamTime = Optional.of(edge.plus(Dedupe.BUCKET.multipliedBy(2)));

        assertEquals(Optional.empty(), processWithoutId(second, 2));
    }

    /// A dead letter was replayed under the identity of its place, and then its record is read again.
    @Test
    void process_withoutId_itsDeadLetterWasReplayed_isADuplicate() {
        process(LATER, event(1).withId(EventIds.ofPlace(TOPIC, 0, 7)), Optional.empty());

        assertEquals(Optional.empty(), processWithoutId(FIRST, 1));
    }

    /// The record becomes a dead letter. Its replay must not be a duplicate of an event that was never accepted.
    @Test
    void process_eventCannotBeWritten_isNotKnownAfterwards() {
        MatchEvent good = event(1);
        @SuppressWarnings({"NullAway", "NullOptional"}) // the fault
        MatchEvent bad = new MatchEvent(good.eventId(), good.matchId(), good.type(), good.timestamp(), null,
                good.playerId(), good.metadata(), good.detail());
        assertThrows(NullPointerException.class, () -> process(FIRST, bad, Optional.empty()));

        assertEquals(Optional.of(good.eventId()), process(LATER, good, Optional.empty()));
    }
}
