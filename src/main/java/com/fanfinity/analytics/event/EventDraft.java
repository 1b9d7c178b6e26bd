package com.fanfinity.analytics.event;

import java.util.List;
import java.util.Map;

/// An event as JSON says it, before any rule: what {@link EventCodec} hands to {@link EventRules}.
///
/// @param members the members of the object by name, in the order sent
/// @param faults what was wrong already in the JSON, such as a key said twice
record EventDraft(Map<String, Value> members, List<Fault> faults) {

    /// The value of a member.
    sealed interface Value {}

    /// A string.
    record Text(String text) implements Value {}

    /// A number with neither fraction nor exponent, as written.
    record Whole(String digits) implements Value {}

    /// An object: its bytes as sent, their number, and its own members.
    record Obj(String raw, int sizeInBytes, Map<String, Value> members) implements Value {}

    /// Anything else.
    ///
    /// @param name what it is, for messages: `null`, `an array`, …
    record Other(String name) implements Value {}

    static String describe(Value value) {
        return switch (value) {
            case Text _ -> "a string";
            case Whole _ -> "a number";
            case Obj _ -> "an object";
            case Other other -> other.name();
        };
    }
}
