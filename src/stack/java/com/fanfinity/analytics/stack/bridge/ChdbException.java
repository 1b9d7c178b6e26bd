package com.fanfinity.analytics.stack.bridge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An error of the engine, with ClickHouse's message: `Code: 60. DB::Exception: …`.
final class ChdbException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern CODE = Pattern.compile("Code: (\\d+)");
    private static final int UNKNOWN_EXCEPTION = 1002;

    private final int code;

    ChdbException(String message) {
        super(message);
        Matcher matcher = CODE.matcher(message);
        code = matcher.find() ? Integer.parseInt(matcher.group(1)) : UNKNOWN_EXCEPTION;
    }

    int code() {
        return code;
    }

    /// The HTTP status that a server returns for this error.
    int status() {
        return switch (code) {
            case 36, 38, 41, 43, 53, 62, 6, 26, 27, 72 -> 400; // parse and type errors
            case 16, 46, 47, 50, 56, 60, 63, 73, 81, 107, 115 -> 404; // unknown objects
            case 48, 1001 -> 501;
            case 202 -> 503;
            default -> 500;
        };
    }
}
