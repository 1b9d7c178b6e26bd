package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Retraction;

/// Key moments, and what takes them back. The result is the same in whichever order the two come, and however many retractions there
/// are of one event. A retraction itself cannot be taken back: what was wrongly retracted is sent anew.
final class Moments {

    /// What an event is to those who follow the match.
    enum Standing {
        /// No key moment, or one that came before, so long ago that it isn't known as a duplicate any more.
        NOTHING_NEW,
        /// A key moment.
        STANDS,
        /// A key moment that was taken back before it came.
        RETRACTED
    }

    private final Function<Bytes, byte @Nullable []> stored;
    private final BiConsumer<Bytes, byte[]> store;

    /// @param stored the entry of a key
    /// @param store takes the new entry of a key
    Moments(Function<Bytes, byte @Nullable []> stored, BiConsumer<Bytes, byte[]> store) {
        this.stored = stored;
        this.store = store;
    }

    /// Lets an event take effect on the match, as far as it has any.
    Standing apply(MatchEvent event, MatchStats stats) {
        if (!event.type().isKeyMoment()) {
            return Standing.NOTHING_NEW;
        }
        Bytes key = StoreKeys.event(event.matchId(), event.eventId());
        Moment known = load(key);
        if (known != null && known.type().isPresent()) {
            return Standing.NOTHING_NEW;
        }
        boolean retracted = known != null && event.type() != EventType.RETRACTION;
        store.accept(key, new Moment(Optional.of(event.type()), event.teamId(), retracted).toBytes());
        if (!retracted && Moment.hasEffect(event.type())) {
            stats.apply(event.type(), event.teamId(), 1);
        }
        if (event.detail() instanceof Retraction(UUID target)) {
            retract(StoreKeys.event(event.matchId(), target), stats);
        }
        return retracted ? Standing.RETRACTED : Standing.STANDS;
    }

    private void retract(Bytes key, MatchStats stats) {
        Moment moment = load(key);
        if (moment == null) {
            store.accept(key, Moment.AWAITED.toBytes());
        } else if (moment.canBeRetracted()) {
            store.accept(key, new Moment(moment.type(), moment.teamId(), true).toBytes());
            moment.type().filter(Moment::hasEffect).ifPresent(type -> stats.apply(type, moment.teamId(), -1));
        }
    }

    private @Nullable Moment load(Bytes key) {
        byte[] entry = stored.apply(key);
        return entry == null ? null : Moment.ofBytes(entry);
    }
}
