package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.function.IntSupplier;

import io.micrometer.core.instrument.Counter;

import com.fanfinity.analytics.event.WireName;

/// Meters of the gate: refused requests, rates and keys. No label holds an address or a key's id.
public final class SecurityMeters {

    /// Why the gate refused a request. The client learns only the status; the audit log and the metric have the reason.
    public enum Refusal {
        /// A key is needed, and the request has none.
        NO_KEY,
        /// The text is not a key, or its checksum is wrong.
        MALFORMED,
        /// No key has this id.
        UNKNOWN,
        /// The id exists, and its secret is another one.
        WRONG,
        /// The secret is no longer valid.
        EXPIRED,
        /// Two headers carry different keys.
        CONFLICTING,
        /// The address has sent too many invalid keys.
        TOO_MANY_FAILURES,
        /// The key lacks the scope of the route.
        SCOPE,
        /// The key may not write the match.
        MATCH,
        /// The route has no access defined, which is a fault of the service.
        NO_ACCESS_DEFINED;

        public String wireName() {
            return WireName.of(this);
        }
    }

    /// What a rate limits.
    public enum Limit {
        /// Requests of an address without a key.
        REQUESTS,
        /// Reads of a key, or of an address without a key.
        READS,
        /// Events of a key.
        EVENTS,
        /// Bytes of request bodies of a key.
        BYTES,
        /// Invalid keys of an address.
        FAILURES;

        public String wireName() {
            return WireName.of(this);
        }
    }

    private final Map<Refusal, Counter> refusals;
    private final Map<Limit, Counter> limited;
    private final Counter reloadFailures;
    private final MeterBook.Gauges keys;

    SecurityMeters(MeterBook book) {
        refusals = book.counters("auth.refusals", "requests",
                "Requests and events that the gate refused because of their key, by reason", "reason")
                .each(Refusal.class, Refusal::wireName);
        limited = book.counters("rate.limited", "requests", "Requests answered with 429, by limit", "limit")
                .each(Limit.class, Limit::wireName);
        reloadFailures = book.counter("api.keys.reload.failures", "reads",
                "Reads of API_KEYS_FILE that failed, so that the older keys stay valid");
        keys = book.gauges("api.keys", "keys", "Keys in API_KEYS_FILE");
    }

    /// `auth_refusals_total{reason}`.
    public void refused(Refusal reason) {
        requireNonNull(refusals.get(reason)).increment();
    }

    /// `rate_limited_total{limit}`.
    public void limited(Limit limit) {
        requireNonNull(limited.get(limit)).increment();
    }

    /// `api_keys_reload_failures_total`.
    public void reloadFailed() {
        reloadFailures.increment();
    }

    /// `api_keys`.
    public void keys(IntSupplier count) {
        keys.of(count::getAsInt);
    }
}
