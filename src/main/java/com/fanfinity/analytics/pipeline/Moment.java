package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.Set;

import com.fanfinity.analytics.event.EventType;

/// A key moment of a match, or what a retraction names that came before it.
///
/// @param type empty while only the retraction is known
/// @param retracted once true it stays so; never true of a retraction
record Moment(Optional<EventType> type, Optional<String> teamId, boolean retracted) {

    private static final int VERSION = 1;

    private static final Set<EventType> OF_EFFECT = Set.of(EventType.GOAL, EventType.OWN_GOAL, EventType.SHOOTOUT_GOAL,
            EventType.YELLOW_CARD, EventType.SECOND_YELLOW_CARD, EventType.RED_CARD, EventType.MATCH_END);

    /// A retraction of something not seen yet.
    static final Moment AWAITED = new Moment(Optional.empty(), Optional.empty(), true);

    /// Whether a match's state depends on events of the type in more than their number, so that taking one back changes it.
    static boolean hasEffect(EventType type) {
        return OF_EFFECT.contains(type);
    }

    boolean canBeRetracted() {
        return !retracted && type.filter(EventType.RETRACTION::equals).isEmpty();
    }

    byte[] toBytes() {
        return new StateOutput(VERSION).number(retracted ? 1 : 0).number(type.map(EventType::code).orElse(0)).text(teamId).toBytes();
    }

    static Moment ofBytes(byte[] bytes) {
        return StateInput.read(bytes, VERSION, Moment::readFrom);
    }

    private static Moment readFrom(StateInput in) {
        boolean retracted = in.number() == 1;
        int code = in.small();
        return new Moment(code == 0 ? Optional.empty() : Optional.of(EventType.ofCode(code)), in.optionalText(), retracted);
    }
}
