package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Batches of the largest size whose last bytes arrive at the same time. Each comes from an address of its own, so the
/// share of an address does not bound them. Their events need an id of the service, and their metadata two bytes for
/// each character in memory.
///
/// @param batches at once
/// @param rounds of them, one after another
record WideBatches(int batches, int rounds) implements Attack {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration ARRIVED_WITHIN = Duration.ofSeconds(12);

    /// Others wait for Kafka behind the batches that were accepted.
    private static final Tolerance WAITING = new Tolerance(Duration.ofSeconds(10), true);

    private static final Set<Integer> STATUSES = Set.of(202, 207, 503);
    private static final int MOST_BYTES = 8 << 20;
    private static final int EVENTS = 5_000;

    @Override
    public String name() {
        return "large batches at once";
    }

    @Override
    public Tolerance tolerance() {
        return WAITING;
    }

    @Override
    public void strike(Target target, Findings findings) {
        byte[] batch = batch();
        Map<Integer, Integer> byStatus = new ConcurrentSkipListMap<>();
        for (int round = 0; round < rounds && target.isAlive(); round++) {
            List<InetAddress> sources = Crowd.addresses(batches);
            AtomicInteger next = new AtomicInteger();
            CountDownLatch arrived = new CountDownLatch(batches);
            Together.run(batches, () -> send(target, sources.get(next.getAndIncrement()), batch, arrived)).byStatus()
                    .forEach((status, count) -> byStatus.merge(status, count, Integer::sum));
        }
        findings.figure("batches by status %s", byStatus);
        findings.requireAttack(byStatus.getOrDefault(202, 0) + byStatus.getOrDefault(207, 0) > 0
                && STATUSES.containsAll(byStatus.keySet()), "answers by status %s", byStatus);
    }

    private static int send(Target target, InetAddress source, byte[] batch, CountDownLatch arrived)
            throws IOException {
        try (RawHttp http = new RawHttp(target.address(), source, LIMIT)) {
            try {
                http.send(RawHttp.joined(RawHttp.postHead("/api/events/batch", "application/json", batch.length),
                        Arrays.copyOf(batch, batch.length - 1)));
            } finally {
                arrived.countDown();
            }
            var _ = arrived.await(ARRIVED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return http.exchange(Arrays.copyOfRange(batch, batch.length - 1, batch.length)).status();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static byte[] batch() {
        String start = "{\"matchId\":\"wide-" + UUID.randomUUID() + "\",\"eventType\":\"share\",\"timestamp\":\""
                + Instant.now() + "\",\"metadata\":{\"text\":\"\u754c";
        String end = "\"}}";
        int room = MOST_BYTES / EVENTS - 8;
        String event = start + "x".repeat(room - start.length() - end.length()) + end;
        return ('[' + (event + ',').repeat(EVENTS - 1) + event + ']').getBytes(UTF_8);
    }
}
