package com.fanfinity.analytics.event;

/// Bytes are not JSON. It has no stack trace, so that a rejected input costs no more than an accepted one.
public final class InvalidJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;
    private final boolean tooDeep;

    /// @param message the fault, without any part of the input
    InvalidJsonException(String message, int position, boolean tooDeep) {
        super(message, null, false, false);
        this.position = position;
        this.tooDeep = tooDeep;
    }

    /// The number of bytes before the fault.
    public int position() {
        return position;
    }

    /// Whether the input may be JSON, but has too many levels.
    boolean isTooDeep() {
        return tooDeep;
    }

    /// The fault with its position, in words that fit after "is".
    String inWords() {
        return "not valid JSON at byte " + position + ": " + getMessage();
    }
}
