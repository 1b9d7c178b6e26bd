package com.fanfinity.analytics.query;

import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.peers.PeerResponse;

/// Reads the metrics of any match, from wherever its state is, for others than the clients of the metrics call.
public final class MetricsReader {

    private final MatchRoutes matches;
    private final ForwardingReader reads;

    public MetricsReader(MatchRoutes matches, ForwardingReader reads) {
        this.matches = matches;
        this.reads = reads;
    }

    /// The body of the metrics call.
    ///
    /// @throws ProblemException 404 or 503, as the call itself
    public byte[] metrics(String matchId, String requestId) {
        PeerResponse reply = reads.find(matchId, "/api/matches/" + matchId + "/metrics", requestId, matches.metricsOf(matchId));
        return switch (reply.status()) {
            case 200 -> reply.body();
            case 404 -> throw ReadRouter.unknown(matchId);
            default -> throw ReadRouter.unavailable();
        };
    }
}
