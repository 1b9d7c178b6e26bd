package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/// Member names that no other event has, over HTTP. A parser that shares its table of names between requests keeps all
/// of them.
///
/// @param batches requests with one name of `batchName` characters each
/// @param events requests with one name of `eventName` characters each
record LongNames(int batches, int batchName, int events, int eventName) implements Attack {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double MOST_MILLIS = 2;

    @Override
    public String name() {
        return "long member names over HTTP";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        Histogram ofBatches = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        Histogram ofEvents = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        Map<Integer, Integer> byStatus = new TreeMap<>();
        repeat(target, "/api/events/batch", batches, "[{\"%s\":1}]", batchName, ofBatches, byStatus);
        repeat(target, "/api/events", events, "{\"%s\":1}", eventName, ofEvents, byStatus);
        findings.requireAnswers(byStatus, 400);
        findings.figure("%d batches, median %.1f ms; %d events, median %.2f ms", ofBatches.getTotalCount(),
                ofBatches.getValueAtPercentile(50) / 1e3, ofEvents.getTotalCount(),
                ofEvents.getValueAtPercentile(50) / 1e3);
        double median = ofEvents.getValueAtPercentile(50) / 1e3;
        findings.require(median <= MOST_MILLIS, "an event takes %.1f ms in the median, more than %.0f ms", median,
                MOST_MILLIS);
    }

    private static void repeat(Target target, String path, int times, String form, int length, Histogram micros,
            Map<Integer, Integer> byStatus) throws IOException {
        String end = "k".repeat(length);
        RawHttp http = new RawHttp(target.address(), Crowd.ATTACKER, LIMIT);
        try {
            for (int i = 0; i < times; i++) {
                byte[] body = form.formatted(UUID.randomUUID() + end).getBytes(UTF_8);
                long start = System.nanoTime();
                RawHttp.Reply reply = http.exchange(RawHttp.post(path, "application/json", body));
                byStatus.merge(reply.status(), 1, Integer::sum);
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
                if (reply.closes()) {
                    http.close();
                    http = new RawHttp(target.address(), Crowd.ATTACKER, LIMIT);
                }
            }
        } finally {
            http.close();
        }
    }
}
