package com.fanfinity.analytics.event;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonValue;

/// The type of an event. The wire name is the constant in lower case. {@link #code()} is the number in stored state; it
/// never changes and is never reused.
public enum EventType {
    MATCH_START(1, Category.MATCH),
    PERIOD_START(2, Category.MATCH),
    PERIOD_END(3, Category.MATCH),
    MATCH_END(4, Category.MATCH),
    STOPPAGE(5, Category.MATCH),
    VAR_REVIEW(6, Category.MATCH),
    RETRACTION(7, Category.MATCH),

    GOAL(8, Category.TEAM),
    OWN_GOAL(9, Category.TEAM),
    PENALTY_MISSED(10, Category.TEAM),
    SHOOTOUT_GOAL(11, Category.TEAM),
    SHOOTOUT_MISSED(12, Category.TEAM),
    YELLOW_CARD(13, Category.TEAM),
    SECOND_YELLOW_CARD(14, Category.TEAM),
    RED_CARD(15, Category.TEAM),
    SUBSTITUTION(16, Category.TEAM),
    SHOT(17, Category.TEAM),
    PASS(18, Category.TEAM),
    FOUL(19, Category.TEAM),
    OFFSIDE(20, Category.TEAM),
    CORNER(21, Category.TEAM),
    FREE_KICK(22, Category.TEAM),
    THROW_IN(23, Category.TEAM),
    GOAL_KICK(24, Category.TEAM),
    PENALTY(25, Category.TEAM),
    SAVE(26, Category.TEAM),
    INTERCEPTION(27, Category.TEAM),
    TACKLE(28, Category.TEAM),
    DUEL(29, Category.TEAM),
    CLEARANCE(30, Category.TEAM),
    TOUCH(31, Category.TEAM),

    REACTION(32, Category.FANS),
    COMMENT(33, Category.FANS),
    PREDICTION(34, Category.FANS),
    SHARE(35, Category.FANS);

    /// One more than the highest {@link #code()}.
    public static final int CODES = 36;

    private enum Category {
        MATCH,
        TEAM,
        FANS
    }

    private static final Map<String, EventType> BY_WIRE_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(EventType::wireName, type -> type));

    private static final EventType[] BY_CODE = new EventType[CODES];

    static {
        for (EventType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final Category kind;
    private final String wireName;

    EventType(int code, Category kind) {
        this.code = code;
        this.kind = kind;
        this.wireName = WireName.of(this);
    }

    /// The name in JSON, topics, ClickHouse and metric labels, such as `own_goal`.
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /// The number of this type in stored state, 1 to 35.
    public int code() {
        return code;
    }

    /// Whether the event is an action of a team on the pitch, so that it must have a `teamId`.
    public boolean needsTeam() {
        return kind == Category.TEAM;
    }

    /// Whether the event comes from fans, whose clocks are unreliable.
    public boolean isOfFans() {
        return kind == Category.FANS;
    }

    /// Whether viewers of a match get the event as a key moment, at once. Key moments decide or divide a match, or take
    /// such an event back.
    public boolean isKeyMoment() {
        return switch (this) {
            case MATCH_START, PERIOD_START, PERIOD_END, MATCH_END, VAR_REVIEW, RETRACTION, GOAL, OWN_GOAL,
                    PENALTY_MISSED, SHOOTOUT_GOAL,
                    SHOOTOUT_MISSED, YELLOW_CARD, SECOND_YELLOW_CARD, RED_CARD, SUBSTITUTION ->
                true;
            case STOPPAGE, SHOT, PASS, FOUL, OFFSIDE, CORNER, FREE_KICK, THROW_IN, GOAL_KICK, PENALTY, SAVE,
                    INTERCEPTION, TACKLE, DUEL,
                    CLEARANCE, TOUCH, REACTION, COMMENT, PREDICTION, SHARE ->
                false;
        };
    }

    public static Optional<EventType> ofWireName(String name) {
        return Optional.ofNullable(BY_WIRE_NAME.get(name));
    }

    /// The type of a stored {@link #code()}.
    ///
    /// @throws IllegalArgumentException if no type has it
    public static EventType ofCode(int code) {
        if (code <= 0 || code >= CODES) {
            throw new IllegalArgumentException("no event type has the code " + code);
        }
        return BY_CODE[code];
    }
}
