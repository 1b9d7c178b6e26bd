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

/// Applies key moments and their retractions to matches. The result does not depend on the order of arrival, nor on the
/// number of retractions of one event. A retraction cannot be retracted: the sender must send a wrongly retracted event
/// again.
final class KeyMomentTracker {

    /// The effect of an event on the published key moments.
    enum MomentOutcome {
        /// Not a key moment, or a repeat of one after the dedupe window.
        NOTHING_NEW,
        /// A new key moment.
        STANDS,
        /// A new key moment whose retraction arrived before it.
        RETRACTED
    }

    /// Stores key moments in the order of their times.
    interface MomentListing {

        void add(MatchEvent event, boolean retracted);

        /// @param at the event's time, milliseconds since the epoch
        void retract(String matchId, long at, UUID eventId);
    }

    private final Function<Bytes, byte @Nullable []> stored;
    private final BiConsumer<Bytes, byte[]> store;
    private final Optional<MomentListing> listing;

    /// @param stored reads the entry of a key
    /// @param store writes the entry of a key
    /// @param listing also receives each key moment, if present
    KeyMomentTracker(Function<Bytes, byte @Nullable []> stored, BiConsumer<Bytes, byte[]> store,
            Optional<MomentListing> listing) {
        this.stored = stored;
        this.store = store;
        this.listing = listing;
    }

    /// Applies the effect of an event on teams, score, cards and status to the match, if it has any.
    MomentOutcome apply(MatchEvent event, MatchStats stats) {
        if (!event.type().isKeyMoment()) {
            stats.addTeams(event);
            return MomentOutcome.NOTHING_NEW;
        }
        Bytes key = StoreKeys.event(event.matchId(), event.eventId());
        StoredMoment known = load(key);
        if (known != null && known.type().isPresent()) {
            return MomentOutcome.NOTHING_NEW;
        }
        boolean retracted = known != null && event.type() != EventType.RETRACTION;
        store.accept(key,
                new StoredMoment(Optional.of(event.type()), event.teamId(),
                        OptionalLong.of(event.timestamp().toEpochMilli()),
                        retracted).toBytes());
        listing.ifPresent(list -> list.add(event, retracted));
        if (!retracted) {
            stats.addTeams(event);
            if (StoredMoment.hasEffect(event.type())) {
                stats.apply(event.type(), event.teamId(), 1);
            }
        }
        if (event.detail() instanceof Retraction(UUID target)) {
            retract(event.matchId(), target, stats);
        }
        return retracted ? MomentOutcome.RETRACTED : MomentOutcome.STANDS;
    }

    private void retract(String matchId, UUID target, MatchStats stats) {
        Bytes key = StoreKeys.event(matchId, target);
        StoredMoment moment = load(key);
        if (moment == null) {
            store.accept(key, StoredMoment.AWAITED.toBytes());
        } else if (moment.canBeRetracted()) {
            store.accept(key, moment.asRetracted().toBytes());
            moment.at().ifPresent(at -> listing.ifPresent(list -> list.retract(matchId, at, target)));
            moment.type().ifPresent(type -> stats.removeTeams(target, type, moment.teamId()));
            moment.type().filter(StoredMoment::hasEffect).ifPresent(type -> stats.apply(type, moment.teamId(), -1));
        }
    }

    private @Nullable StoredMoment load(Bytes key) {
        byte[] entry = stored.apply(key);
        return entry == null ? null : StoredMoment.ofBytes(entry);
    }
}
