package com.fanfinity.analytics.deadletters;

import java.time.Instant;

/// One entry of a letter's audit: a request for its replay, or the outcome.
///
/// @param outcome `requested`, or the name of an outcome
/// @param eventId of the event that the letter holds; empty if it holds none
/// @param matchId as `eventId`
/// @param by the name of the key that requested the replay
record ReplayAudit(DeadLetterId id, String outcome, String detail, String eventId, String matchId, String requestId,
        String by, Instant at) {

    /// Written before anything is published.
    static final String REQUESTED = "requested";
}
