package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import com.fanfinity.analytics.event.EventType;

/// A key moment in the store, or the target of a retraction that arrived first.
///
/// @param type empty while only the retraction has arrived
/// @param at its own time, milliseconds since the epoch, the order of the list; empty in entries older than the list
/// @param retracted never changes back to false; never true for a retraction
record StoredMoment(Optional<EventType> type, Optional<String> teamId, OptionalLong at, boolean retracted) {

    private static final int VERSION = 2;

    /// Like version 2, without the time.
    private static final int FIRST_VERSION = 1;

    private static final Set<EventType> OF_EFFECT = Set.of(EventType.GOAL, EventType.OWN_GOAL, EventType.SHOOTOUT_GOAL,
            EventType.YELLOW_CARD, EventType.SECOND_YELLOW_CARD, EventType.RED_CARD, EventType.MATCH_END);

    /// The target of a retraction before the target itself arrives.
    static final StoredMoment AWAITED = new StoredMoment(Optional.empty(), Optional.empty(), OptionalLong.empty(),
            true);

    /// Whether events of the type change more than counts, so that a retraction must revert their effect.
    static boolean hasEffect(EventType type) {
        return OF_EFFECT.contains(type);
    }

    boolean canBeRetracted() {
        return !retracted && type.filter(EventType.RETRACTION::equals).isEmpty();
    }

    StoredMoment asRetracted() {
        return new StoredMoment(type, teamId, at, true);
    }

    byte[] toBytes() {
        StateOutput out = new StateOutput(VERSION).number(retracted ? 1 : 0).number(type.map(EventType::code).orElse(0))
                .text(teamId)
                .number(at.isPresent() ? 1 : 0);
        at.ifPresent(out::number);
        return out.toBytes();
    }

    static StoredMoment ofBytes(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == FIRST_VERSION
                ? StateInput.read(bytes, FIRST_VERSION, StoredMoment::readFirst)
                : StateInput.read(bytes, VERSION, StoredMoment::readFrom);
    }

    private static StoredMoment readFrom(StateInput in) {
        StoredMoment first = readFirst(in);
        OptionalLong at = in.number() == 1 ? OptionalLong.of(in.number()) : OptionalLong.empty();
        return new StoredMoment(first.type, first.teamId, at, first.retracted);
    }

    private static StoredMoment readFirst(StateInput in) {
        boolean retracted = in.number() == 1;
        int code = in.small();
        return new StoredMoment(code == 0 ? Optional.empty() : Optional.of(EventType.ofCode(code)), in.optionalText(),
                OptionalLong.empty(),
                retracted);
    }
}
