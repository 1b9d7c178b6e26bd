package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.metrics.Meters.ReadKind;

/// A read of one match, with valid parameters.
public sealed interface ReadRequest {

    String matchId();

    /// The kind of permit that the read needs; empty for a read that takes little.
    default Optional<ReadKind> permit() {
        return switch (this) {
            case MetricsRead _ -> Optional.empty();
            case TimelineRead _,EventsRead _,MomentsRead _ -> Optional.of(ReadKind.MATCH);
            case ReceiptRead _ -> Optional.of(ReadKind.RECEIPT);
        };
    }

    /// The path and query that request this read from a peer.
    String path();

    record MetricsRead(String matchId) implements ReadRequest {
        @Override
        public String path() {
            return matchPath(matchId) + "/metrics";
        }
    }

    /// @param from start of the first window
    /// @param to end of the last window
    record TimelineRead(String matchId, Optional<Instant> from, Optional<Instant> to) implements ReadRequest {
        @Override
        public String path() {
            StringBuilder path = new StringBuilder(matchPath(matchId)).append("/timeline");
            from.ifPresent(time -> path.append("?from=").append(encoded(time)));
            to.ifPresent(time -> path.append(from.isPresent() ? '&' : '?').append("to=").append(encoded(time)));
            return path.toString();
        }

        private static String encoded(Instant time) {
            return URLEncoder.encode(Timestamps.format(time), UTF_8);
        }
    }

    record EventsRead(String matchId, int limit) implements ReadRequest {
        @Override
        public String path() {
            return matchPath(matchId) + "/events?limit=" + limit;
        }
    }

    record MomentsRead(String matchId) implements ReadRequest {
        @Override
        public String path() {
            return matchPath(matchId) + "/moments";
        }
    }

    record ReceiptRead(String matchId, UUID eventId) implements ReadRequest {
        @Override
        public String path() {
            return matchPath(matchId) + "/events/" + eventId;
        }
    }

    private static String matchPath(String matchId) {
        return "/api/matches/" + matchId;
    }
}
