package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import io.micrometer.core.instrument.Counter;

import com.fanfinity.analytics.event.WireName;

/// Meters of the gate: refused requests, rates, keys and tokens. No label holds an address or a key's id.
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
        /// The text is no token of an accepted form, or its header is not accepted.
        TOKEN_MALFORMED,
        /// The issuer has no key with the id that the token names.
        TOKEN_KEY_UNKNOWN,
        /// The signature is not that of the key.
        TOKEN_WRONG,
        /// The token has expired.
        TOKEN_EXPIRED,
        /// The token is for another issuer, audience or time, or its scope or matches are not accepted.
        TOKEN_CLAIMS,
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
        /// Signatures of tokens, of all suspect addresses together.
        SIGNATURES,
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
    private final Counter tokenKeysNotRead;
    private final MeterBook.Gauges tokenKeys;
    private final MeterBook.Gauges tokenKeysAge;

    SecurityMeters(MeterBook book) {
        refusals = book.counters("auth.refusals", "requests",
                "Requests and events that the gate refused because of their key, by reason", "reason")
                .each(Refusal.class, Refusal::wireName);
        limited = book.counters("rate.limited", "requests", "Requests answered with 429, by limit", "limit")
                .each(Limit.class, Limit::wireName);
        reloadFailures = book.counter("api.keys.reload.failures", "reads",
                "Reads of API_KEYS_FILE that failed, so that the older keys stay valid");
        keys = book.gauges("api.keys", "keys", "Keys in API_KEYS_FILE");
        tokenKeysNotRead = book.counter("jwt.keys.reload.failures", "reads",
                "Reads of the issuer's keys that failed, so that the older keys stay valid");
        tokenKeys = book.gauges("jwt.keys", "keys", "Usable keys of the issuer of tokens; only with JWT_ISSUER");
        tokenKeysAge = book.gauges("jwt.keys.age.seconds", "seconds",
                "Time since the issuer's keys were read; only with JWT_ISSUER");
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

    /// `jwt_keys_reload_failures_total`.
    public void tokenKeysNotRead() {
        tokenKeysNotRead.increment();
    }

    /// `jwt_keys` and `jwt_keys_age_seconds`.
    public void tokenKeys(IntSupplier count, LongSupplier ageSeconds) {
        tokenKeys.of(count::getAsInt);
        tokenKeysAge.of(ageSeconds::getAsLong);
    }
}
