package com.fanfinity.analytics.live;

import com.fanfinity.analytics.http.ClientAddress;

/// Reads the metrics of a match that no record of the followed topics names any more.
public interface MetricsSource {

    /// The body of the metrics call, as JSON. May take seconds.
    ///
    /// @throws com.fanfinity.analytics.http.ProblemException if the match is unknown or cannot be read
    byte[] metrics(String matchId, ClientAddress client, String requestId);
}
