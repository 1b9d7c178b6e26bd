package com.fanfinity.analytics.live;

/// Reads the metrics of a match that no topic tells of any more, from wherever its state is.
public interface MetricsSource {

    /// The body of the metrics call, JSON. May take seconds.
    ///
    /// @throws com.fanfinity.analytics.http.ProblemException if there is no such match, or it cannot be read now
    byte[] metrics(String matchId, String requestId);
}
