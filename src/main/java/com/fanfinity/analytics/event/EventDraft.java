package com.fanfinity.analytics.event;

import java.util.List;
import java.util.Map;

/// An event as read from JSON, before any rule is applied. {@link EventCodec} passes it to {@link EventRules}.
///
/// @param members the members of the object by name, in the order sent
/// @param faults the faults of the JSON itself, such as a duplicate key
record EventDraft(Map<String, Value> members, List<Fault> faults) {

    /// The value of a member.
    sealed interface Value {}

    /// A string.
    record Text(String text) implements Value {}

    /// A number without fraction and exponent, as written.
    record Whole(String digits) implements Value {}

    /// An object: its bytes as sent, their number, and its direct members.
    record Obj(String raw, int sizeInBytes, Map<String, Value> members) implements Value {}

    /// A value of any other kind.
    ///
    /// @param name the kind of value, for messages: `null`, `an array`, …
    record OtherValue(String name) implements Value {}

    static String describe(Value value) {
        return switch (value) {
            case Text _ -> "a string";
            case Whole _ -> "a number";
            case Obj _ -> "an object";
            case OtherValue other -> other.name();
        };
    }
}
