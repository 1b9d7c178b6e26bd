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
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.Outcome;
import com.fanfinity.analytics.pipeline.Moments.Standing;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Accepted;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Duplicate;

/// Third step: adds each event to its match and its minute, and publishes what changed.
///
/// No event is late: a minute of a match is an entry of its own, whatever the times of other matches on the partition.
///
/// Publication is conflated, see {@link Publications}, and goes in {@link Rounds}. That a match waits to be published is part of its stored state, so a crash in
/// between does not lose the publication: it is found again at start. So is that a match was published as going on, which is no longer so
/// when nothing has come for a minute: it is then published once more, with the same version.
final class Aggregation implements Processor<byte[], ProcessedEvent, byte[], Object> {

    /// A match whose events fall into so many minutes within one interval is published at once, to bound its stored state.
    private static final int MOST_UNPUBLISHED_MINUTES = 256;

    /// How often to look whether a match has become quiet.
    private static final Duration FLOW_TICK = Duration.ofSeconds(1);

    private final Settings.Streams settings;
    private final ArchiveGate gate;
    private final PublishRounds rounds;
    private final Clock clock;
    private final Meters meters;
    private long lastRound = -1;
    private @Nullable State state;

    /// What there is only between `init` and `close`.
    private record State(ProcessorContext<byte[], Object> context, MatchStores stores, Moments moments, Archiving archiving,
            PublishQueue publications, OnDemandPunctuator publishing, ActiveRateExpiry flowing, OnDemandPunctuator flow) {}

    Aggregation(Settings.Streams settings, ArchiveGate gate, PublishRounds rounds, Clock clock, Meters meters) {
        this.settings = settings;
        this.gate = gate;
        this.rounds = rounds;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        MatchStores stores = MatchStores.of(context);
        Archiving archiving = new Archiving(stores, context.taskId().partition(), settings.archiveAfter(), gate, clock, meters);
        PublishQueue publications = new PublishQueue(settings.publishInterval());
        OnDemandPunctuator publishing = new OnDemandPunctuator(context, PublishQueue.tick(settings.publishInterval()),
                publications::isAnyWaiting, this::publishDue);
        Moments moments = new Moments(stores.moments()::get, stores.moments()::put, Optional.of(new MomentList(stores.moments())));
        ActiveRateExpiry flowing = new ActiveRateExpiry();
        OnDemandPunctuator flow = new OnDemandPunctuator(context, FLOW_TICK, () -> !flowing.isEmpty(), this::publishQuiet);
        state = new State(context, stores, moments, archiving, publications, publishing, flowing, flow);
        findOwed();
        context.schedule(Archiving.interval(settings.archiveAfter()), PunctuationType.WALL_CLOCK_TIME, _ -> archiving.turn());
    }

    @Override
    public void process(Record<byte[], ProcessedEvent> record) {
        rounds.processed();
        state().archiving().processed(record.timestamp());
        switch (load(record.value().event().matchId())) {
            case MatchStats stats -> count(record, stats);
            case Archived archived -> countLate(record, archived);
        }
    }

    private void count(Record<byte[], ProcessedEvent> record, MatchStats stats) {
        String matchId = record.value().event().matchId();
        if (stats.totalEvents() == 0 && record.value() instanceof Duplicate) {
            return; // known to the dedupe, but its first coming was put aside by {@link PoisonHandler}: there is no match yet
        }
        Standing standing = switch (record.value()) {
            case Accepted accepted -> add(stats, accepted, record.timestamp());
            case Duplicate _ -> {
                stats.addDuplicate();
                yield Standing.NOTHING_NEW;
            }
            case Candidate _ -> throw new IllegalStateException("a candidate came past the dedupe step");
        };
        stores().stats().put(StoreKeys.match(matchId), stats.toBytes());
        state().publications().changed(matchId);
        tell(record.value().event(), stats, standing);
        if (stats.unpublishedMinutes().size() >= MOST_UNPUBLISHED_MINUTES) {
            publish(matchId);
            state().publications().published(matchId, clock.millis());
        }
        state().publishing().wake();
    }

    /// Key moments are not conflated and do not wait, and what else changes with them waits for a tick.
    private void tell(MatchEvent event, MatchStats stats, Standing standing) {
        switch (standing) {
            case NOTHING_NEW -> {
            }
            case STANDS, RETRACTED -> {
                state().publications().urgent(event.matchId());
                rounds.urgent();
                forward(event.matchId().getBytes(UTF_8), MomentJson.published(event, stats, standing == Standing.RETRACTED),
                        MatchTopology.PUBLISH_MOMENTS);
            }
        }
    }

    /// It is not made live again for it: the event goes to ClickHouse as every accepted one does, and that is where the match is read.
    private void countLate(Record<byte[], ProcessedEvent> record, Archived archived) {
        String matchId = record.value().event().matchId();
        Archived now = switch (record.value()) {
            case Accepted _ -> {
                meters.streams().processed(Outcome.ACCEPTED);
                meters.streams().processed(Outcome.LATE);
                meters.matches().count(matchId, true);
                yield archived.plusEvent(record.timestamp());
            }
            case Duplicate _ -> archived.plusDuplicate();
            case Candidate _ -> throw new IllegalStateException("a candidate came past the dedupe step");
        };
        stores().stats().put(StoreKeys.match(matchId), now.toBytes());
    }

    private Standing add(MatchStats stats, Accepted accepted, long arrivedAt) {
        MatchEvent event = accepted.event();
        boolean late = stats.totalEvents() > 0
                && MinuteStats.minuteOf(event.timestamp().toEpochMilli()) < MinuteStats.minuteOf(stats.lastAt());
        long minuteEvents = addToMinute(event);
        stats.recent(RecentEvents.add(stores().recent(), stats.recent(), event, accepted.json()));
        Standing standing = state().moments().apply(event, stats);
        long tookMicros = Math.max(0, ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()) - accepted.receivedAtMicros());
        stats.add(event, minuteEvents, arrivedAt, tookMicros);
        meters.streams().processed(Outcome.ACCEPTED);
        if (late) {
            meters.streams().processed(Outcome.LATE);
        }
        meters.streams().visible(tookMicros);
        meters.matches().count(event.matchId(), stats.status() == MatchStatus.ENDED);
        return standing;
    }

    private long addToMinute(MatchEvent event) {
        Bytes key = StoreKeys.numbered(event.matchId(), MinuteStats.minuteOf(event.timestamp().toEpochMilli()));
        byte[] stored = stores().minutes().get(key);
        MinuteStats minute = stored == null ? MinuteStats.empty() : MinuteStats.ofBytes(stored);
        minute.add(event);
        stores().minutes().put(key, minute.toBytes());
        return minute.events();
    }

    /// What is yet to be published, now or if nothing more comes.
    private void findOwed() {
        try (KeyValueIterator<Bytes, byte[]> all = stores().stats().all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                if (MatchState.ofBytes(entry.value) instanceof MatchStats stats) {
                    String matchId = StoreKeys.matchOf(entry.key);
                    state().flowing().published(matchId, stats.publishedUntil());
                    if (stats.isUnpublished()) {
                        state().publications().changed(matchId);
                    }
                }
            }
        }
        state().publishing().wake();
        state().flow().wake();
    }

    private void publishDue() {
        long now = clock.millis();
        if (!state().publications().isAnyDue(now)) {
            return;
        }
        OptionalLong round = rounds.open(now);
        if (round.isPresent() && round.getAsLong() != lastRound) {
            lastRound = round.getAsLong();
            state().publications().due(lastRound).forEach(this::publish);
            state().context().commit();
        }
    }

    private void publishQuiet() {
        long now = clock.millis();
        for (String matchId : state().flowing().over(now)) {
            publish(matchId);
            state().publications().published(matchId, now);
        }
        if (state().flowing().takeMore()) {
            findOwed();
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
            byte[] stored = requireNonNull(stores().minutes().get(StoreKeys.numbered(matchId, minute)), "a minute that changed is stored");
            forward(key, Json.toBytes(MetricsMapper.minute(matchId, minute, MinuteStats.ofBytes(stored))), MatchTopology.PUBLISH_MINUTES);
        }
        long now = clock.millis();
        AnswerAge age = AnswerAge.live(Instant.ofEpochMilli(asOf(stats)), false);
        forward(key, Json.toBytes(MetricsMapper.metrics(matchId, stats, now, age)), MatchTopology.PUBLISH_STATS);
        stats.published(now);
        stores().stats().put(StoreKeys.match(matchId), stats.toBytes());
        state().flowing().published(matchId, stats.publishedUntil());
        state().flow().wake();
    }

    /// Every event acknowledged before then is part of what is published. The broker stamps records in the order of their offsets, and
    /// acknowledges after that; so what was acknowledged before the newest stamp processed here lies before that record, and is processed
    /// too. Stream time is that stamp, is committed with the offsets and so known after a restart.
    private long asOf(MatchStats stats) {
        return Math.max(stats.lastActivityAt(), Math.min(state().context().currentStreamTimeMs(), clock.millis()));
    }

    private void forward(byte[] key, byte[] value, String child) {
        state().context().forward(new Record<>(key, value, clock.millis()), child);
    }

    private MatchState load(String matchId) {
        byte[] stored = stores().stats().get(StoreKeys.match(matchId));
        return stored == null ? MatchStats.empty() : MatchState.ofBytes(stored);
    }

    private MatchStores stores() {
        return state().stores();
    }

    private State state() {
        return requireNonNull(state, "not initialised");
    }
}
