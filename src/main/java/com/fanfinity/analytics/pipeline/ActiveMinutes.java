package com.fanfinity.analytics.pipeline;

/// The minutes in which a match had events, without a few that lie far from all others: the clocks of their senders are
/// wrong. All minutes are since the epoch.
///
/// @param from the first minute
/// @param to the last minute
/// @param current the minute that the match has reached: at most two events lie in later minutes
/// @param currentEvents the events of the current minute
/// @param events the events from the first to the last minute
public record ActiveMinutes(long from, long to, long current, long currentEvents, long events) {

    /// Events per minute, with one decimal.
    double average() {
        return Math.round(10.0 * events / (to - from + 1)) / 10.0;
    }
}
