package com.fanfinity.analytics.security;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.http.Gate.Refused;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.metrics.SecurityMeters.Limit;

/// A request that exceeds a rate.
///
/// @param remaining the units that would have been admitted
/// @param waitNanos after this time the same request would be admitted
record RateRefusal(Limit limit, Rate rate, long remaining, long waitNanos) {

    private static final double NANOS_PER_SECOND = 1e9;

    /// 429 with the header fields of the IETF draft `draft-ietf-httpapi-ratelimit-headers`.
    Refused toRefused() {
        return new Refused(toProblem(), headers());
    }

    Problem toProblem() {
        return new Problem(429, "rate-limited", "Too many requests", detail(), Optional.empty(),
                Optional.of(Duration.ofSeconds(waitSeconds())));
    }

    Map<String, String> headers() {
        String name = '"' + limit.wireName() + '"';
        long window = Math.max(1, (long) Math.ceil(rate.burst() / rate.perSecond()));
        return Map.of("RateLimit-Policy", name + ";q=" + rate.burst() + ";w=" + window,
                "RateLimit", name + ";r=" + remaining + ";t=" + waitSeconds());
    }

    private long waitSeconds() {
        return Math.max(1, (long) Math.ceil(waitNanos / NANOS_PER_SECOND));
    }

    private String detail() {
        return switch (limit) {
            case REQUESTS -> "This address sends too many requests without a key or with new tokens.";
            case READS -> "Too many reads; the list and timelines count as several.";
            case EVENTS -> "Too many events. Nothing in this request was accepted.";
            case BYTES -> "Too many bytes. Nothing in this request was accepted.";
            case SIGNATURES -> "This address and others send too many tokens that are not valid.";
            case FAILURES -> "This address has sent too many keys that are not valid.";
        };
    }
}
