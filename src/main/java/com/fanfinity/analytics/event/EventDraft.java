package com.fanfinity.analytics.event;

import java.util.List;
import java.util.Map;

/// An event as read from JSON, before any rule is applied. {@link EventCodec} passes it to {@link EventRules}.
///
/// @param members the members of the object by name, in the order sent
/// @param faults the faults of the JSON itself, such as a duplicate key
/// @param complete whether all of the event was read; an event with very many faults is not
record EventDraft(Map<String, Value> members, List<Fault> faults, boolean complete) {

    /// The value of a member.
    sealed interface Value {}

    /// A string.
    record Text(String text) implements Value {}

    /// A number without fraction and exponent, as written.
    record Whole(String digits) implements Value {}

    /// An object: its bytes as sent, their number, and those of its direct members that rules read.
    record Obj(String raw, int sizeInBytes, Map<String, Value> members) implements Value {}

    /// A value of any other kind.
    ///
    /// @param name the kind of value, for messages: `null`, `an array`, …
    record OtherValue(String name) implements Value {
        static final OtherValue DECIMAL = new OtherValue("a number with a fraction or exponent");
        static final OtherValue BOOLEAN = new OtherValue("a boolean");
        static final OtherValue NULL = new OtherValue("null");
        static final OtherValue ARRAY = new OtherValue("an array");
        static final OtherValue OBJECT = new OtherValue("an object");

        /// Of a field that no rule knows.
        static final OtherValue NOT_READ = new OtherValue("a value");
    }

    static String describe(Value value) {
        return switch (value) {
            case Text _ -> "a string";
            case Whole _ -> "a number";
            case Obj _ -> "an object";
            case OtherValue other -> other.name();
        };
    }
}
