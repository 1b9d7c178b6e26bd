package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/// Clients that ask for receipts of events that do not exist. Each such question reaches ClickHouse.
///
/// @param clients at once, from one address
record UnknownReceipts(int clients, Duration held) implements Attack {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration ADMIN_LIMIT = Duration.ofSeconds(1);
    private static final double READ_MILLIS = 1_000;

    @Override
    public String name() {
        return "receipts of unknown events";
    }

    @Override
    public void prepare(Target target) throws IOException {
        RawHttp.once(target.address(), Bystander.event(), LIMIT);
        target.awaitCounted(Bystander.MATCH, 1);
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException, InterruptedException {
        Map<Integer, Integer> byStatus = new RepeatedReads(clients, UnknownReceipts::question).during(target,
                () -> observe(target, findings));
        findings.figure("receipts by status %s", byStatus);
        int asked = byStatus.values().stream().mapToInt(Integer::intValue).sum();
        findings.requireAttack(asked >= clients, "%d receipts were requested", asked);
        findings.requireAnswers(byStatus, 404, 503);
    }

    private static byte[] question() {
        return RawHttp.get("/api/matches/" + Bystander.MATCH + "/events/" + UUID.randomUUID());
    }

    private void observe(Target target, Findings findings) throws IOException {
        byte[] list = ("GET /api/dead-letters?limit=1 HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: " + Target.ADMIN_KEY
                + "\r\n\r\n").getBytes(ISO_8859_1);
        byte[] metrics = RawHttp.get("/api/matches/" + Bystander.MATCH + "/metrics");
        Histogram ofAdmin = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        Histogram ofReads = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        int failed = 0;
        long end = System.nanoTime() + held.toNanos();
        while (System.nanoTime() - end < 0 && target.isAlive()) {
            failed += timed(target, list, ofAdmin) + timed(target, metrics, ofReads);
            Pause.whileAlive(target, Duration.ofMillis(200));
        }
        double admin = ofAdmin.getMaxValue() / 1e3;
        double reads = ofReads.getValueAtPercentile(99) / 1e3;
        findings.figure("admin list at most %.0f ms, reads p99 %.0f ms, %d of %d failed", admin, reads, failed,
                ofAdmin.getTotalCount() + ofReads.getTotalCount());
        findings.require(failed == 0, "%d reads of others failed", failed);
        findings.require(admin <= ADMIN_LIMIT.toMillis(), "the admin list took %.0f ms, more than 1 s", admin);
        findings.require(reads <= READ_MILLIS, "the p99 of other reads is %.0f ms, more than %.0f ms", reads,
                READ_MILLIS);
    }

    private static int timed(Target target, byte[] request, Histogram micros) throws IOException {
        long start = System.nanoTime();
        int status = RawHttp.once(target.address(), request, LIMIT).status();
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
        return status == 200 ? 0 : 1;
    }
}
