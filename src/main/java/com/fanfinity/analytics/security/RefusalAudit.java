package com.fanfinity.analytics.security;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.metrics.SecurityMeters;
import com.fanfinity.analytics.metrics.SecurityMeters.Refusal;

/// Counts refusals, and logs one line for each address and reason in 10 s, with the count.
///
/// A flood from many addresses cannot fill memory or the log: beyond 1,000 pairs in 10 s, the rest shares one line for
/// each reason.
public final class RefusalAudit {

    static final int MAX_PAIRS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(RefusalAudit.class);
    private static final String OTHERS = "others";

    private record Pair(String address, Refusal reason) {}

    private final SecurityMeters meters;
    private volatile Map<Pair, LongAdder> counts = new ConcurrentHashMap<>();

    RefusalAudit(SecurityMeters meters) {
        this.meters = meters;
    }

    /// Records a refusal.
    public void refused(ClientAddress address, Refusal reason) {
        meters.refused(reason);
        Map<Pair, LongAdder> window = counts;
        String named = window.size() < MAX_PAIRS ? address.toString() : OTHERS;
        window.computeIfAbsent(new Pair(named, reason), _ -> new LongAdder()).increment();
    }

    /// Logs what has been recorded since the last call. A refusal that is recorded during the call may be logged by
    /// none; the metric counts it.
    void flush() {
        Map<Pair, LongAdder> window = counts;
        counts = new ConcurrentHashMap<>();
        window.forEach((pair, count) -> LOG.atWarn().addKeyValue("address", pair.address())
                .addKeyValue("reason", pair.reason().wireName()).addKeyValue("count", count.sum())
                .log("requests refused"));
    }
}
