package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.OptionalLong;
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

    /// Where key moments are told of, in the order of their times.
    interface Listing {

        void add(MatchEvent event, boolean retracted);

        /// @param at the event's time, milliseconds since the epoch
        void retract(String matchId, long at, UUID eventId);
    }

    private final Function<Bytes, byte @Nullable []> stored;
    private final BiConsumer<Bytes, byte[]> store;
    private final Optional<Listing> listing;

    /// @param stored the entry of a key
    /// @param store takes the new entry of a key
    /// @param listing for those who want them listed
    Moments(Function<Bytes, byte @Nullable []> stored, BiConsumer<Bytes, byte[]> store, Optional<Listing> listing) {
        this.stored = stored;
        this.store = store;
        this.listing = listing;
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
        store.accept(key, new Moment(Optional.of(event.type()), event.teamId(), OptionalLong.of(event.timestamp().toEpochMilli()),
                retracted).toBytes());
        listing.ifPresent(list -> list.add(event, retracted));
        if (!retracted && Moment.hasEffect(event.type())) {
            stats.apply(event.type(), event.teamId(), 1);
        }
        if (event.detail() instanceof Retraction(UUID target)) {
            retract(event.matchId(), target, stats);
        }
        return retracted ? Standing.RETRACTED : Standing.STANDS;
    }

    private void retract(String matchId, UUID target, MatchStats stats) {
        Bytes key = StoreKeys.event(matchId, target);
        Moment moment = load(key);
        if (moment == null) {
            store.accept(key, Moment.AWAITED.toBytes());
        } else if (moment.canBeRetracted()) {
            store.accept(key, moment.takenBack().toBytes());
            moment.at().ifPresent(at -> listing.ifPresent(list -> list.retract(matchId, at, target)));
            moment.type().filter(Moment::hasEffect).ifPresent(type -> stats.apply(type, moment.teamId(), -1));
        }
    }

    private @Nullable Moment load(Bytes key) {
        byte[] entry = stored.apply(key);
        return entry == null ? null : Moment.ofBytes(entry);
    }
}
