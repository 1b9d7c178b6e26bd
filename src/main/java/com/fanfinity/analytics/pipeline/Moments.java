package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Retraction;

/// Events that can be taken back, and what takes them back. The result is the same in whichever order the two come, and however
/// many retractions there are of one event. A retraction itself cannot be taken back: what was wrongly retracted is sent anew.
final class Moments {

    private final Function<Bytes, byte @Nullable []> stored;
    private final BiConsumer<Bytes, byte[]> store;

    /// @param stored the entry of a key
    /// @param store takes the new entry of a key
    Moments(Function<Bytes, byte @Nullable []> stored, BiConsumer<Bytes, byte[]> store) {
        this.stored = stored;
        this.store = store;
    }

    /// Lets an event take effect on the match, as far as it has any.
    void apply(MatchEvent event, MatchStats stats) {
        if (Moment.isMoment(event.type())) {
            Bytes key = StoreKeys.event(event.matchId(), event.eventId());
            Moment known = load(key);
            if (known != null && known.type().isPresent()) {
                return; // came before, so long ago that it isn't known as a duplicate any more
            }
            boolean retracted = known != null;
            store.accept(key, new Moment(Optional.of(event.type()), event.teamId(), retracted).toBytes());
            if (!retracted) {
                stats.apply(event.type(), event.teamId(), 1);
            }
        } else if (event.detail() instanceof Retraction(UUID target)) {
            retract(StoreKeys.event(event.matchId(), target), stats);
        }
    }

    private void retract(Bytes key, MatchStats stats) {
        Moment moment = load(key);
        if (moment == null) {
            store.accept(key, Moment.AWAITED.toBytes());
        } else if (!moment.retracted()) {
            store.accept(key, new Moment(moment.type(), moment.teamId(), true).toBytes());
            moment.type().ifPresent(type -> stats.apply(type, moment.teamId(), -1));
        }
    }

    private @Nullable Moment load(Bytes key) {
        byte[] entry = stored.apply(key);
        return entry == null ? null : Moment.ofBytes(entry);
    }
}
