package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;
import com.fanfinity.analytics.pipeline.KeyMomentTracker.MomentOutcome;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Accepted;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Duplicate;

/// Third step: adds each event to its match and its minute, and publishes the changes.
///
/// No event is too late: each minute of a match is an entry of its own, independent of other matches on the partition.
///
/// Publication is conflated ({@link PublishQueue}) and happens in rounds ({@link PublishRounds}). The stored state of a
/// match includes whether it waits to be published, so a crash loses no publication: the restart finds it. The stored
/// state also includes when the published rate expires ({@link ActiveRateExpiry}); the match is then published again
/// with the same version.
final class Aggregation implements Processor<byte[], ProcessedEvent, byte[], Object> {

    /// A match with this many changed minutes in one interval is published at once, to bound its stored state.
    private static final int MOST_UNPUBLISHED_MINUTES = 256;

    /// How often expired rates are published.
    private static final Duration EXPIRY_TICK = Duration.ofSeconds(1);

    private final Settings.Streams settings;
    private final ArchiveGate gate;
    private final ProvenTime provenTime;
    private final PublishRounds rounds;
    private final SourceTopic source;
    private final MatchIndexes indexes;
    private final Clock clock;
    private final Meters meters;
    private long lastRound = -1;
    private @Nullable AggregationTask state;

    /// The parts that exist only between `init` and `close`.
    private record AggregationTask(ProcessorContext<byte[], Object> context, MatchStores stores, MatchTable matches,
            KeyMomentTracker moments, MatchArchiver archiver,
            PublishQueue queue, OnDemandPunctuator publishPunctuator, ActiveRateExpiry rateExpiry,
            OnDemandPunctuator expiryPunctuator, Cancellable archivePunctuator) {

        void cancelPunctuators() {
            publishPunctuator.cancel();
            expiryPunctuator.cancel();
            archivePunctuator.cancel();
        }
    }

    Aggregation(Settings.Streams settings, SourceTopic source, MatchIndexes indexes, ArchiveGate gate,
            ProvenTime provenTime, PublishRounds rounds, Clock clock, Meters meters) {
        this.settings = settings;
        this.source = source;
        this.indexes = indexes;
        this.gate = gate;
        this.provenTime = provenTime;
        this.rounds = rounds;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        close(); // if the last init failed, Streams did not close this processor
        MatchStores stores = MatchStores.of(context);
        int partition = context.taskId().partition();
        PublishQueue queue = new PublishQueue(settings.publishInterval());
        OnDemandPunctuator publishPunctuator = new OnDemandPunctuator(context,
                PublishQueue.tick(settings.publishInterval()),
                queue::isAnyWaiting, this::publishDue);
        KeyMomentTracker moments = new KeyMomentTracker(stores.moments()::get, stores.moments()::put,
                Optional.of(new KeyMomentIndex(stores.moments())));
        ActiveRateExpiry rateExpiry = new ActiveRateExpiry();
        OnDemandPunctuator expiryPunctuator = new OnDemandPunctuator(context, EXPIRY_TICK, () -> !rateExpiry.isEmpty(),
                this::publishExpired);
        MatchIndex index = MatchIndexes.scan(stores.stats(), partition, source.partitions(), clock,
                (matchId, facts) -> restorePending(matchId, facts, queue, rateExpiry));
        MatchTable matches = new MatchTable(stores.stats(), index, clock);
        MatchArchiver archiver = new MatchArchiver(stores, matches, partition, settings.archiveAfter(), gate,
                this::asOf, clock, meters.history());
        Cancellable archivePunctuator = context.schedule(MatchArchiver.interval(settings.archiveAfter()),
                PunctuationType.WALL_CLOCK_TIME, _ -> archiver.runOnce());
        state = new AggregationTask(context, stores, matches, moments, archiver, queue, publishPunctuator, rateExpiry,
                expiryPunctuator, archivePunctuator);
        publishPunctuator.startIfNeeded();
        expiryPunctuator.startIfNeeded();
        indexes.put(partition, index);
    }

    /// Cancels the punctuators. Streams keeps those of a task that is suspended or revived, and calls {@link #init}
    /// again.
    @Override
    public void close() {
        if (state != null) {
            state.cancelPunctuators();
            indexes.remove(state.context().taskId().partition(), state.matches().index());
            state = null;
        }
    }

    @Override
    public void process(Record<byte[], ProcessedEvent> record) {
        rounds.countEvent();
        state().archiver().recordArrival(record.timestamp());
        switch (load(record.value().event().matchId())) {
            case MatchStats stats -> count(record, stats);
            case Archived archived -> countLate(record, archived);
        }
    }

    private void count(Record<byte[], ProcessedEvent> record, MatchStats stats) {
        String matchId = record.value().event().matchId();
        if (stats.totalEvents() == 0 && record.value() instanceof Duplicate) {
            return; // the first delivery became a dead letter by PoisonHandler, so the match does not exist
        }
        long eventsBefore = stats.totalEvents();
        MomentOutcome outcome = switch (record.value()) {
            case Accepted accepted -> add(stats, accepted, record.timestamp());
            case Duplicate _ -> {
                stats.addDuplicate();
                yield MomentOutcome.NOTHING_NEW;
            }
            case Candidate _ -> throw new IllegalStateException("a candidate passed the dedupe step");
        };
        state().matches().put(matchId, stats, stats.totalEvents() - eventsBefore);
        state().queue().markChanged(matchId);
        publishMoment(record.value().event(), stats, outcome);
        if (stats.unpublishedMinutes().size() >= MOST_UNPUBLISHED_MINUTES) {
            publish(matchId);
            state().queue().markPublished(matchId, clock.millis());
        }
        state().publishPunctuator().startIfNeeded();
    }

    /// Publishes a key moment at once, without conflation. The metrics that it changes follow in the next round.
    private void publishMoment(MatchEvent event, MatchStats stats, MomentOutcome outcome) {
        switch (outcome) {
            case NOTHING_NEW -> {
            }
            case STANDS, RETRACTED -> {
                state().queue().markUrgent(event.matchId());
                rounds.requestEarlyRound();
                forward(event.matchId().getBytes(UTF_8),
                        KeyMomentJson.published(event, stats, outcome == MomentOutcome.RETRACTED),
                        MatchTopology.PUBLISH_MOMENTS);
            }
        }
    }

    /// The archived match does not become live again. The event goes to ClickHouse like every other, and the match is
    /// read there.
    private void countLate(Record<byte[], ProcessedEvent> record, Archived archived) {
        String matchId = record.value().event().matchId();
        Archived now = switch (record.value()) {
            case Accepted _ -> {
                meters.streams().processed(ProcessingOutcome.ACCEPTED);
                meters.streams().processed(ProcessingOutcome.LATE);
                meters.matches().count(matchId, true);
                yield archived.plusEvent(record.timestamp());
            }
            case Duplicate _ -> archived.plusDuplicate();
            case Candidate _ -> throw new IllegalStateException("a candidate passed the dedupe step");
        };
        state().matches().put(matchId, now, now.totalEvents() - archived.totalEvents());
    }

    private MomentOutcome add(MatchStats stats, Accepted accepted, long arrivedAt) {
        MatchEvent event = accepted.event();
        boolean late = stats.isLate(event);
        long minuteEvents = addToMinute(event);
        stats.recent(RecentEvents.add(stores().recent(), stats.recent(), event, accepted.json()));
        MomentOutcome outcome = state().moments().apply(event, stats);
        long tookMicros = Math.max(0,
                ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()) - accepted.receivedAtMicros());
        stats.add(event, minuteEvents, arrivedAt, tookMicros);
        meters.streams().processed(ProcessingOutcome.ACCEPTED);
        if (late) {
            meters.streams().processed(ProcessingOutcome.LATE);
        }
        meters.streams().visible(tookMicros);
        meters.matches().count(event.matchId(), stats.status() == MatchStatus.ENDED);
        return outcome;
    }

    private long addToMinute(MatchEvent event) {
        Bytes key = StoreKeys.numbered(event.matchId(), MinuteStats.minuteOf(event.timestamp().toEpochMilli()));
        byte[] stored = stores().minutes().get(key);
        MinuteStats minute = stored == null ? MinuteStats.empty() : MinuteStats.ofBytes(stored);
        minute.add(event);
        stores().minutes().put(key, minute.toBytes());
        return minute.events();
    }

    /// Finds the pending publications and the expiry of rates in the stored state.
    private static void restorePending(String matchId, StoredFacts facts, PublishQueue queue,
            ActiveRateExpiry rateExpiry) {
        rateExpiry.recordPublished(matchId, facts.rateExpiresAt());
        if (facts.isUnpublished()) {
            queue.markChanged(matchId);
        }
    }

    private void publishDue() {
        long now = clock.millis();
        if (!state().queue().isAnyDue(now)) {
            return;
        }
        OptionalLong round = rounds.enterRound(now);
        if (round.isPresent() && round.getAsLong() != lastRound) {
            lastRound = round.getAsLong();
            state().queue().drainDue(lastRound).forEach(this::publish);
            state().context().commit();
        }
    }

    private void publishExpired() {
        long now = clock.millis();
        for (String matchId : state().rateExpiry().removeExpired(now)) {
            publish(matchId);
            state().queue().markPublished(matchId, now);
        }
        if (state().rateExpiry().claimRescan()) {
            MatchIndexes.scan(stores().stats(),
                    (matchId, facts) -> restorePending(matchId, facts, state().queue(), state().rateExpiry()));
            state().publishPunctuator().startIfNeeded();
            state().expiryPunctuator().startIfNeeded();
        }
    }

    private void publish(String matchId) {
        if (load(matchId) instanceof MatchStats stats) {
            publish(matchId, stats);
        }
    }

    private void publish(String matchId, MatchStats stats) {
        byte[] key = matchId.getBytes(UTF_8);
        for (long minute : stats.unpublishedMinutes()) {
            byte[] stored = requireNonNull(stores().minutes().get(StoreKeys.numbered(matchId, minute)),
                    "a changed minute is stored");
            forward(key, Json.toBytes(MetricsMapper.minute(matchId, minute, MinuteStats.ofBytes(stored))),
                    MatchTopology.PUBLISH_MINUTES);
        }
        long now = clock.millis();
        AnswerAge age = AnswerAge.live(asOf().orElse(AnswerAge.NOTHING_PROVEN), false);
        forward(key, Json.toBytes(MetricsMapper.metrics(matchId, stats, now, age)), MatchTopology.PUBLISH_STATS);
        stats.markPublished(now);
        state().matches().put(matchId, stats, 0);
        state().rateExpiry().recordPublished(matchId, stats.rateExpiresAt());
        state().expiryPunctuator().startIfNeeded();
    }

    /// The time before which every acknowledged event of the partition is in the stores; empty if none is known.
    ///
    /// The timestamps of records prove no such time: the clock of a broker or of a producer may be ahead of this one.
    private Optional<Instant> asOf() {
        int partition = state().context().taskId().partition();
        byte[] ledger = stores().ledger().get(StoreKeys.partition(partition));
        long nextOffset = ledger == null ? 0 : LedgerEntry.ofBytes(ledger).nextOffset();
        return provenTime.completeUpTo(partition, nextOffset);
    }

    private void forward(byte[] key, byte[] value, String child) {
        state().context().forward(new Record<>(key, value, clock.millis()), child);
    }

    private MatchState load(String matchId) {
        return state().matches().load(matchId).orElseGet(MatchStats::empty);
    }

    private MatchStores stores() {
        return state().stores();
    }

    private AggregationTask state() {
        return requireNonNull(state, "not initialised");
    }
}
