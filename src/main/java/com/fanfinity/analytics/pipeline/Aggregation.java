package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Set;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.ops.Meters;
import com.fanfinity.analytics.ops.Meters.Outcome;
import com.fanfinity.analytics.pipeline.Admission.Accepted;
import com.fanfinity.analytics.pipeline.Admission.Candidate;
import com.fanfinity.analytics.pipeline.Admission.Duplicate;
import com.fanfinity.analytics.pipeline.MatchStats.Status;

/// Third step: adds each event to its match and its minute, and publishes what changed.
///
/// No event is late: a minute of a match is an entry of its own, whatever the times of other matches on the partition.
///
/// Publication is conflated: a match that changed is published once an interval, by wall-clock time. That a match waits to be
/// published is part of its stored state, so a crash in between does not lose the publication: it is found again at start.
final class Aggregation implements Processor<byte[], Admission, byte[], Object> {

    /// A match whose events fall into so many minutes within one interval is published at once, to bound its stored state.
    private static final int MOST_UNPUBLISHED_MINUTES = 256;

    private final Duration publishInterval;
    private final Clock clock;
    private final Meters meters;
    private final Set<String> changed = new LinkedHashSet<>();
    private @Nullable State state;

    /// What there is only between `init` and `close`.
    private record State(ProcessorContext<byte[], Object> context, KeyValueStore<Bytes, byte[]> stats, KeyValueStore<Bytes, byte[]> minutes,
            KeyValueStore<Bytes, byte[]> recent, KeyValueStore<Bytes, byte[]> moments) {}

    Aggregation(Duration publishInterval, Clock clock, Meters meters) {
        this.publishInterval = publishInterval;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        state = new State(context, context.getStateStore(StoreNames.STATS), context.getStateStore(StoreNames.MINUTES),
                context.getStateStore(StoreNames.RECENT), context.getStateStore(StoreNames.MOMENTS));
        changed.clear();
        findUnpublished();
        context.schedule(publishInterval, PunctuationType.WALL_CLOCK_TIME, _ -> publishChanged());
    }

    @Override
    public void process(Record<byte[], Admission> record) {
        String matchId = record.value().event().matchId();
        MatchStats stats = load(matchId);
        if (stats.totalEvents() == 0 && record.value() instanceof Duplicate) {
            return; // known to the dedupe, but its first coming was put aside by {@link PoisonHandler}: there is no match yet
        }
        switch (record.value()) {
            case Accepted accepted -> add(stats, accepted, record.timestamp());
            case Duplicate _ -> stats.addDuplicate();
            case Candidate _ -> throw new IllegalStateException("a candidate came past the dedupe step");
        }
        state().stats().put(StoreKeys.match(matchId), stats.toBytes());
        changed.add(matchId);
        if (stats.unpublishedMinutes().size() >= MOST_UNPUBLISHED_MINUTES) {
            publish(matchId);
            changed.remove(matchId);
        }
    }

    private void add(MatchStats stats, Accepted accepted, long arrivedAt) {
        MatchEvent event = accepted.event();
        boolean late = stats.totalEvents() > 0
                && MinuteStats.minuteOf(event.timestamp().toEpochMilli()) < MinuteStats.minuteOf(stats.lastAt());
        long minuteEvents = addToMinute(event);
        stats.recent(RecentEvents.add(state().recent(), stats.recent(), event, accepted.json()));
        new Moments(state().moments()).apply(event, stats);
        long tookMicros = Math.max(0, ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()) - accepted.receivedAtMicros());
        stats.add(event, minuteEvents, arrivedAt, tookMicros);
        meters.processed(Outcome.ACCEPTED);
        if (late) {
            meters.processed(Outcome.LATE);
        }
        meters.visible(tookMicros);
        meters.matchEvent(event.matchId(), stats.status() == Status.ENDED);
    }

    private long addToMinute(MatchEvent event) {
        Bytes key = StoreKeys.numbered(event.matchId(), MinuteStats.minuteOf(event.timestamp().toEpochMilli()));
        byte[] stored = state().minutes().get(key);
        MinuteStats minute = stored == null ? MinuteStats.empty() : MinuteStats.ofBytes(stored);
        minute.add(event);
        state().minutes().put(key, minute.toBytes());
        return minute.events();
    }

    private void findUnpublished() {
        try (KeyValueIterator<Bytes, byte[]> all = state().stats().all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                if (MatchStats.ofBytes(entry.value).isUnpublished()) {
                    changed.add(StoreKeys.matchOf(entry.key));
                }
            }
        }
    }

    private void publishChanged() {
        changed.forEach(this::publish);
        changed.clear();
    }

    private void publish(String matchId) {
        MatchStats stats = load(matchId);
        byte[] key = matchId.getBytes(UTF_8);
        for (long minute : stats.unpublishedMinutes()) {
            byte[] stored = requireNonNull(state().minutes().get(StoreKeys.numbered(matchId, minute)), "a minute that changed is stored");
            forward(key, PublishedJson.minute(matchId, minute, MinuteStats.ofBytes(stored)), MatchTopology.PUBLISH_MINUTES);
        }
        forward(key, PublishedJson.stats(matchId, stats, clock.millis()), MatchTopology.PUBLISH_STATS);
        stats.published();
        state().stats().put(StoreKeys.match(matchId), stats.toBytes());
    }

    private void forward(byte[] key, byte[] value, String child) {
        state().context().forward(new Record<>(key, value, clock.millis()), child);
    }

    private MatchStats load(String matchId) {
        byte[] stored = state().stats().get(StoreKeys.match(matchId));
        return stored == null ? MatchStats.empty() : MatchStats.ofBytes(stored);
    }

    private State state() {
        return requireNonNull(state, "not initialised");
    }
}
