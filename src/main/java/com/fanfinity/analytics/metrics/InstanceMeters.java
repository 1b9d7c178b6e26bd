package com.fanfinity.analytics.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;

/// How an instance is, and how it gets on with the others.
public final class InstanceMeters {

    private final GaugeTable checks;
    private final MeterBook.Counters peerRequests;
    private final Map<String, Counter> forwarded = new ConcurrentHashMap<>();

    InstanceMeters(MeterBook book) {
        checks = new GaugeTable(book.gauges("health.check.status", "1, 0.5 or 0",
                "What a health check found: 1 up, 0.5 degraded, 0 down; none for a role that is off", "probe", "check"));
        peerRequests = book.counters("peer.requests", "requests", "Reads that another instance was asked for, by what became of it",
                "outcome");
        // What is counted from 0 shows its first increase too.
        List.of("answered", "unavailable", "no_answer", "refused", "not_asked").forEach(peerRequests::of);
    }

    /// `health_check_status{probe,check}`: what the health checks found.
    ///
    /// @param probe `ready` or `live`
    public void health(String probe, Map<String, Check> found) {
        found.forEach((check, result) -> {
            switch (result.status()) {
                case OFF -> checks.remove(probe, check);
                case UP -> checks.set(1, probe, check);
                case DEGRADED -> checks.set(0.5, probe, check);
                case DOWN -> checks.set(0, probe, check);
            }
        });
    }

    /// `peer_requests_total{outcome}`: reads that another instance was asked for.
    ///
    /// @param outcome `answered`, `unavailable` (it cannot say now), `no_answer`, `refused`, or `not_asked` (it is left alone for the
    ///     moment, or asked enough already)
    public void forwarded(String outcome) {
        forwarded.computeIfAbsent(outcome, peerRequests::of).increment();
    }
}
