package com.fanfinity.analytics.ops;

/// What a health check found.
///
/// @param detail the cause, for people; names no host and no secret
public record Check(Status status, String detail) {

    public enum Status {
        UP,
        /// Something is missing that this instance can do without for now.
        DEGRADED,
        DOWN
    }

    public static Check up(String detail) {
        return new Check(Status.UP, detail);
    }

    public static Check degraded(String detail) {
        return new Check(Status.DEGRADED, detail);
    }

    public static Check down(String detail) {
        return new Check(Status.DOWN, detail);
    }
}
