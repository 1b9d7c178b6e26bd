package com.fanfinity.analytics.event;

import java.util.List;
import java.util.stream.Collectors;

/// One fault of an event.
///
/// @param field the member at fault, such as `teamId` or `metadata.eventId`; `$` is the event as a whole
/// @param code the kind of fault, for programs
/// @param message the expected value, for people; repeats at most a short name from the input
public record Fault(String field, Code code, String message) {

    /// The field of a fault of the whole event.
    public static final String WHOLE = "$";

    /// The kinds of fault. The wire name is the constant in lower case.
    public enum Code {
        MALFORMED_JSON,
        INVALID_UTF8,
        DUPLICATE_KEY,
        TOO_DEEP,
        TOO_LARGE,
        TOO_LONG,
        REQUIRED,
        TYPE,
        FORMAT,
        LENGTH,
        UNKNOWN_TYPE,
        UNKNOWN_FIELD,
        TOO_FAR_AHEAD,
        /// The key of the request does not allow the match.
        FORBIDDEN;

        public String wireName() {
            return WireName.of(this);
        }
    }

    /// Several faults in one line, for people.
    public static String inOneLine(List<Fault> faults) {
        return faults.stream().map(fault -> fault.field() + ": " + fault.message()).collect(Collectors.joining("; "));
    }

    static Fault malformed(String message) {
        return new Fault(WHOLE, Code.MALFORMED_JSON, message);
    }
}
