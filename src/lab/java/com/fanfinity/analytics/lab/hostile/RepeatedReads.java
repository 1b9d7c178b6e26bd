package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Clients of one address that send requests again and again while somebody observes other clients.
///
/// @param clients at once, each on a connection of its own
/// @param request makes the next request
record RepeatedReads(int clients, Supplier<byte[]> request) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    interface Observation {
        void run() throws IOException, InterruptedException;
    }

    /// Returns after the observation and the last answers.
    ///
    /// @return the number of answers by status
    Map<Integer, Integer> during(Target target, Observation observation) throws IOException, InterruptedException {
        Map<Integer, Integer> byStatus = new ConcurrentSkipListMap<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread attackers = Thread.ofPlatform().start(() -> Together.run(clients, () -> read(target, stop, byStatus)));
        try {
            observation.run();
        } finally {
            stop.set(true);
            attackers.join();
        }
        return byStatus;
    }

    private int read(Target target, AtomicBoolean stop, Map<Integer, Integer> byStatus) throws IOException {
        try (RawHttp http = new RawHttp(target.address(), Crowd.ATTACKER, LIMIT)) {
            while (!stop.get() && target.isAlive()) {
                byStatus.merge(http.exchange(request.get()).status(), 1, Integer::sum);
            }
        }
        return 0;
    }
}
