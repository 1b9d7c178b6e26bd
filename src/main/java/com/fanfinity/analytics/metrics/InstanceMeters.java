package com.fanfinity.analytics.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;

/// Meters of the health of an instance and of its requests to other instances.
public final class InstanceMeters {

    private final GaugeTable checks;
    private final MeterBook.Gauges kafkaAccess;
    private final MeterBook.Counters peerRequests;
    private final MeterBook.Counters peerRefusals;
    private final Map<String, Counter> forwarded = new ConcurrentHashMap<>();

    InstanceMeters(MeterBook book) {
        checks = new GaugeTable(book.gauges("health.check.status", "1, 0.5 or 0",
                "Result of a health check: 1 up, 0.5 degraded, 0 down; no series for a role that is off", "probe",
                "check"));
        kafkaAccess = book.gauges("kafka.access.denied", "operations",
                "Operations that this instance needs and Kafka denies; 1 if Kafka refuses the login");
        peerRequests = book.counters("peer.requests", "requests", "Reads forwarded to another instance, by outcome",
                "outcome");
        // A counter that starts at 0 also shows its first increase.
        List.of("answered", "unavailable", "no_answer", "refused", "skipped", "not_allowed")
                .forEach(peerRequests::of);
        peerRefusals = book.counters("peer.refusals", "requests",
                "Requests to the internal port that are not from an instance, by reason", "reason");
        List.of("unsigned", "signature", "time", "replay").forEach(peerRefusals::of);
    }

    /// `health_check_status{probe,check}`.
    ///
    /// @param probe `ready` or `live`
    /// @param value 1 up, 0.5 degraded, 0 down
    public void health(String probe, String check, double value) {
        checks.set(value, probe, check);
    }

    /// `kafka_access_denied`.
    public void kafkaAccessDenied(Supplier<Number> operations) {
        kafkaAccess.of(operations);
    }

    /// The check belongs to a role that is off.
    public void healthOff(String probe, String check) {
        checks.remove(probe, check);
    }

    /// `peer_requests_total{outcome}`.
    ///
    /// @param outcome `answered`, `unavailable` (503 from the other instance), `no_answer`, `refused` (also an answer
    ///     that no instance has signed), `skipped` (not sent, because the other instance failed recently or has too
    ///     many requests from here), or `not_allowed` (not sent, because `INTERNAL_PEERS` does not name the host)
    public void forwarded(String outcome) {
        forwarded.computeIfAbsent(outcome, peerRequests::of).increment();
    }

    /// `peer_refusals_total{reason}`.
    ///
    /// @param reason `unsigned`, `signature` (another secret or another address), `time` (the clocks differ), `replay`
    public void notFromPeer(String reason) {
        peerRefusals.of(reason).increment();
    }
}
