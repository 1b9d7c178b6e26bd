package com.fanfinity.analytics.metrics;

/// What a health check found.
///
/// @param detail the cause, for people; names no host and no secret
public record Check(Status status, String detail) {

    /// From the best to the worst; of several the worst is told.
    public enum Status {
        /// Not meant to be there on this instance.
        OFF,
        UP,
        /// Something is missing that this instance can do without for now.
        DEGRADED,
        DOWN
    }

    public static Check off(String detail) {
        return new Check(Status.OFF, detail);
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
