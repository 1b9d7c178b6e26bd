package com.fanfinity.analytics.query;

import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.peers.InstanceResponse;
import com.fanfinity.analytics.query.ReadRequest.MetricsRead;

/// Reads the metrics of any match for other parts of the service.
public final class MetricsReader {

    private final ForwardingReader reader;

    public MetricsReader(ForwardingReader reader) {
        this.reader = reader;
    }

    /// The body of `GET /api/matches/{matchId}/metrics`.
    ///
    /// @throws ProblemException 404 or 503, as that call returns
    public byte[] metrics(String matchId, ClientAddress client, String requestId) {
        InstanceResponse response = reader.read(new MetricsRead(matchId), client, requestId);
        return switch (response.status()) {
            case 200 -> response.body();
            case 404 -> throw ReadAnswers.unknownMatch(matchId);
            default -> throw ReadAnswers.unavailable();
        };
    }
}
