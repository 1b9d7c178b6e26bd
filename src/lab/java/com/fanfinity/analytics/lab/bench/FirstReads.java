package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Stack;

/// `make bench-first-reads`: the time from sending an event until a read shows it, for the first event of a match and
/// for later ones, and the time of the answer for an unknown match. One request at a time.
///
/// `SAMPLES` of each kind (300). `TARGET_URL` measures a running service instead of a separate stack.
final class FirstReads {

    private static final int WARM_UP = 150;
    private static final Duration MAX_PAUSE = Duration.ofMillis(60);

    private final ApiClient client;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private int matches;

    private FirstReads(ApiClient client) {
        this.client = client;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int samples = Integer.parseInt(System.getenv().getOrDefault("SAMPLES", "300"));
        String target = System.getenv().getOrDefault("TARGET_URL", "");
        if (!target.isEmpty()) {
            try (ApiClient client = new ApiClient(target, target)) {
                new FirstReads(client).measure(samples);
            }
            return;
        }
        try (Stack stack = Stack.start("first-reads"); ApiClient client = stack.client()) {
            new FirstReads(client).measure(samples);
        }
        System.exit(0);
    }

    private interface Sample {
        void run() throws IOException, InterruptedException;
    }

    private void measure(int samples) throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            firstEvent();
            laterEvent(run + "-known", i + 1);
        }
        int[] sent = {WARM_UP};
        report("first event of a match, in its metrics", samples, this::firstEvent);
        report("later event, in its metrics", samples, () -> laterEvent(run + "-known", ++sent[0]));
        report("first event of a match, in the list", samples, this::listedEvent);
        report("unknown match: 404", samples, this::unknown);
    }

    @SuppressWarnings("SystemOut")
    private static void report(String name, int samples, Sample sample) throws IOException, InterruptedException {
        long[] micros = new long[samples];
        for (int i = 0; i < samples; i++) {
            // Spreads the samples over the intervals in which the service reads ends of logs.
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE.toNanos()));
            long start = System.nanoTime();
            sample.run();
            micros[i] = (System.nanoTime() - start) / 1_000;
        }
        Arrays.sort(micros);
        System.out.printf(Locale.ROOT, "%-40s p50 %6.1f ms   p90 %6.1f ms   p99 %6.1f ms   max %6.1f ms%n", name,
                micros[samples / 2] / 1e3, micros[samples * 9 / 10] / 1e3, micros[samples * 99 / 100] / 1e3,
                micros[samples - 1] / 1e3);
    }

    private void firstEvent() throws IOException, InterruptedException {
        String match = newMatch();
        post(match);
        while (client.get("/api/matches/" + match + "/metrics").status() != 200) {
            Thread.onSpinWait();
        }
    }

    private void laterEvent(String match, int expected) throws IOException, InterruptedException {
        post(match);
        while (true) {
            ApiClient.Answer answer = client.get("/api/matches/" + match + "/metrics");
            if (answer.status() == 200 && answer.json().path("totalEvents").asInt() >= expected) {
                return;
            }
        }
    }

    private void listedEvent() throws IOException, InterruptedException {
        String match = newMatch();
        post(match);
        while (true) {
            for (JsonNode listed : client.get("/api/matches?limit=5").json().path("matches")) {
                if (listed.path("matchId").asText().equals(match)) {
                    return;
                }
            }
        }
    }

    private void unknown() throws IOException, InterruptedException {
        int status = client.get("/api/matches/" + newMatch() + "/metrics").status();
        if (status != 404) {
            throw new IllegalStateException("an unknown match is " + status);
        }
    }

    private String newMatch() {
        return run + "-" + matches++;
    }

    private void post(String match) throws IOException, InterruptedException {
        ApiClient.Answer answer = client.postEvent("{\"matchId\":\"" + match + "\",\"eventType\":\"pass\","
                + "\"teamId\":\"home\",\"timestamp\":\"" + Instant.now() + "\"}");
        if (answer.status() != 202) {
            throw new IllegalStateException("not accepted: " + answer);
        }
    }
}
