package com.fanfinity.analytics.app;

/// The result of a health check.
///
/// @param detail the cause, for people; contains no host name and no secret
record CheckResult(Status status, String detail) {

    /// From best to worst. The worst status of all checks is the status of the answer.
    enum Status {
        /// The check's role does not run on this instance.
        OFF,
        UP,
        /// Something fails that this instance can do without for now.
        DEGRADED,
        DOWN
    }

    static CheckResult off(String detail) {
        return new CheckResult(Status.OFF, detail);
    }

    static CheckResult up(String detail) {
        return new CheckResult(Status.UP, detail);
    }

    static CheckResult degraded(String detail) {
        return new CheckResult(Status.DEGRADED, detail);
    }

    static CheckResult down(String detail) {
        return new CheckResult(Status.DOWN, detail);
    }
}
