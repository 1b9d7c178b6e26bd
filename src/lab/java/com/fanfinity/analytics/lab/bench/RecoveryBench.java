package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// `make bench-recovery`: fills the state of one instance, kills it with SIGKILL, and measures how long the restarted
/// one needs.
///
/// The events go straight to Kafka, so that the cost per event is that of the topology and the sink. The exit code is 0
/// if every total was exact after each kill, else 1.
final class RecoveryBench {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Instant KICK_OFF = Instant.parse("2018-07-15T15:00:00Z");

    private final Stack stack;
    private final PrintStream out;
    private final int events;
    private final int matches;

    private RecoveryBench(Stack stack, PrintStream out, int events, int matches) {
        this.stack = stack;
        this.out = out;
        this.events = events;
        this.matches = matches;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException, ExecutionException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int events = number("EVENTS", 100_000);
        int kills = number("KILLS", 3);
        boolean exact;
        try (Stack stack = Stack.start("recovery")) {
            exact = new RecoveryBench(stack, System.out, events, number("MATCHES", 100)).run(kills);
        }
        System.exit(exact ? 0 : 1);
    }

    private static int number(String name, int byDefault) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? byDefault : Integer.parseInt(value);
    }

    private boolean run(int kills) throws InterruptedException, ExecutionException, IOException {
        Duration service = ProcessFigures.cpu(stack.service().pid());
        Duration broker = ProcessFigures.cpu(stack.kafka().pid());
        long start = System.nanoTime();
        SettledTotals totals = new SettledTotals(fill());
        boolean exact = totals.inService(URI.create(stack.service().url()), LIMIT).exact();
        double seconds = secondsSince(start);
        out.printf(Locale.ROOT,
                "filled    %,d events of %,d matches in %.1f s: %,.0f events/s, CPU per event %.1f µs in "
                        + "the service, %.1f µs in the broker%n",
                events, matches, seconds, events / seconds,
                microsPerEvent(ProcessFigures.cpu(stack.service().pid()).minus(service)),
                microsPerEvent(ProcessFigures.cpu(stack.kafka().pid()).minus(broker)));
        for (int kill = 1; kill <= kills; kill++) {
            exact &= killAndWait(totals, kill);
        }
        out.println(exact ? "PASSED" : "FAILED");
        return exact;
    }

    private double microsPerEvent(Duration cpu) {
        return cpu.toNanos() / 1e3 / events;
    }

    /// @return the events by match
    private Map<String, Long> fill() {
        Map<String, Long> sent = new HashMap<>();
        Map<String, Object> config = Map.of("bootstrap.servers", stack.kafka().bootstrapServers(), "acks", "all",
                "linger.ms", 20, "batch.size", 1 << 17);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < events; i++) {
                String match = "recovery-" + i % matches;
                var _ = producer.send(new ProducerRecord<>("match-events", match.getBytes(UTF_8),
                        event(match, i / matches).getBytes(UTF_8)));
                sent.merge(match, 1L, Long::sum);
            }
        }
        return sent;
    }

    /// One event a second of a match, for two hours and then again.
    private static String event(String match, int sequence) {
        return """
                {"eventId":"%s","matchId":"%s","eventType":"pass","timestamp":"%s","teamId":"%s","playerId":"%d",\
                "metadata":{"period":"1H","minute":%d,"x":41,"y":57,"detail":"Simple pass"}}""".formatted(
                UUID.randomUUID(), match, KICK_OFF.plusSeconds(sequence % 7_200), sequence % 2 == 0 ? "4418" : "9598",
                3_000 + sequence % 22, sequence % 7_200 / 60 + 1);
    }

    private boolean killAndWait(SettledTotals totals, int kill)
            throws InterruptedException, ExecutionException {
        stack.service().kill();
        long killed = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Object> restart = threads.submit(() -> {
                stack.service().restart();
                return null;
            });
            Future<Double> first202 = secondsUntil(threads, killed, "a 202", client -> client
                    .postEvent(event("recovery-probe", kill)).status() == 202);
            Future<Double> ready = secondsUntil(threads, killed, "ready",
                    client -> client.get("/health/ready").status() == 200);
            Future<Boolean> exact = threads
                    .submit(() -> totals.inService(URI.create(stack.service().url()), LIMIT).exact());
            boolean isExact = exact.get();
            double everyRead = secondsSince(killed);
            out.printf(Locale.ROOT,
                    "kill %d    first 202 after %.1f s, ready after %.1f s, every read right after %.1f s%n",
                    kill, first202.get(), ready.get(), everyRead);
            restart.get();
            return isExact;
        }
    }

    private interface Probe {
        boolean succeeds(ApiClient client) throws IOException, InterruptedException;
    }

    private Future<Double> secondsUntil(ExecutorService threads, long since, String what, Probe probe) {
        Callable<Double> wait = () -> {
            try (ApiClient client = new ApiClient(stack.service().url(), stack.clickHouse().url())) {
                Await.until(LIMIT, what, () -> probe.succeeds(client));
            }
            return secondsSince(since);
        };
        return threads.submit(wait);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
