package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import com.fanfinity.analytics.event.EventType;

/// A key moment of a match, or what a retraction names that came before it.
///
/// @param type empty while only the retraction is known
/// @param at its own time, milliseconds since the epoch, by which it is listed; empty also of those from before there was a list
/// @param retracted once true it stays so; never true of a retraction
record Moment(Optional<EventType> type, Optional<String> teamId, OptionalLong at, boolean retracted) {

    private static final int VERSION = 2;

    /// As 2, without the time.
    private static final int FIRST_VERSION = 1;

    private static final Set<EventType> OF_EFFECT = Set.of(EventType.GOAL, EventType.OWN_GOAL, EventType.SHOOTOUT_GOAL,
            EventType.YELLOW_CARD, EventType.SECOND_YELLOW_CARD, EventType.RED_CARD, EventType.MATCH_END);

    /// A retraction of something not seen yet.
    static final Moment AWAITED = new Moment(Optional.empty(), Optional.empty(), OptionalLong.empty(), true);

    /// Whether a match's state depends on events of the type in more than their number, so that taking one back changes it.
    static boolean hasEffect(EventType type) {
        return OF_EFFECT.contains(type);
    }

    boolean canBeRetracted() {
        return !retracted && type.filter(EventType.RETRACTION::equals).isEmpty();
    }

    Moment takenBack() {
        return new Moment(type, teamId, at, true);
    }

    byte[] toBytes() {
        StateOutput out = new StateOutput(VERSION).number(retracted ? 1 : 0).number(type.map(EventType::code).orElse(0)).text(teamId)
                .number(at.isPresent() ? 1 : 0);
        at.ifPresent(out::number);
        return out.toBytes();
    }

    static Moment ofBytes(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == FIRST_VERSION
                ? StateInput.read(bytes, FIRST_VERSION, Moment::readFirst)
                : StateInput.read(bytes, VERSION, Moment::readFrom);
    }

    private static Moment readFrom(StateInput in) {
        Moment first = readFirst(in);
        OptionalLong at = in.number() == 1 ? OptionalLong.of(in.number()) : OptionalLong.empty();
        return new Moment(first.type, first.teamId, at, first.retracted);
    }

    private static Moment readFirst(StateInput in) {
        boolean retracted = in.number() == 1;
        int code = in.small();
        return new Moment(code == 0 ? Optional.empty() : Optional.of(EventType.ofCode(code)), in.optionalText(), OptionalLong.empty(),
                retracted);
    }
}
