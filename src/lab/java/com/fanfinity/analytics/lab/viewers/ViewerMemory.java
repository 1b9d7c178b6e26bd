package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

import com.fanfinity.analytics.lab.bench.ProcessFigures;
import com.fanfinity.analytics.lab.hostile.RawHttp;
import com.fanfinity.analytics.lab.hostile.Resources;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.SelfSigned;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;

/// `make bench-viewer-memory`: the memory of the service for a viewer that reads and for one that never reads, without
/// and with TLS. Heap is measured after a full collection.
///
/// Environment: VIEWERS (1000), from 40 addresses.
final class ViewerMemory implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration UPDATES = Duration.ofSeconds(8);
    private static final Duration TURN = Duration.ofMillis(250);
    private static final int WARM_UP_VIEWERS = 50;

    /// Together far more than the kernel holds for a viewer that does not read.
    private static final int MOMENTS = 30;
    private static final String FILLER = "x".repeat(12_000);

    /// The pending bytes that a viewer may have, besides frames that all share.
    private static final double MOST_UNREAD_KIB = 64;

    private static final Pattern LIVE_VIEWERS = Pattern.compile("(?m)^live_viewers\\S* (\\S+)$");

    private final Stack stack;
    private final InetSocketAddress operators;
    private final InetSocketAddress service;
    private final Optional<SSLContext> tls;
    private final HttpClient http;
    private final URI url;
    private final String match = "memory-" + UUID.randomUUID();

    private ViewerMemory(int viewers, boolean encrypted) throws Exception {
        Path directory = Files.createTempDirectory("viewer-memory");
        int opsPort = Ports.free();
        String most = Integer.toString(viewers * 2 + 1_000);
        Map<String, String> settings = new HashMap<>(Map.of("OPS_PORT", Integer.toString(opsPort),
                "HTTP_MAX_CONNECTIONS", most, "LIVE_MAX_VIEWERS", Integer.toString(viewers + WARM_UP_VIEWERS),
                "LIVE_MAX_VIEWERS_PER_ADDRESS", Integer.toString(viewers), "KAFKA_PARTITIONS", Stack.FEW));
        if (encrypted) {
            SelfSigned own = SelfSigned.create(directory);
            settings.put("TLS_CERT_FILE", own.certificate().toString());
            settings.put("TLS_KEY_FILE", own.key().toString());
            tls = Optional.of(SelfSigned.context(own, own));
        } else {
            tls = Optional.empty();
        }
        stack = Stack.start("viewer-memory", settings);
        operators = new InetSocketAddress(InetAddress.getLoopbackAddress(), opsPort);
        URI plain = URI.create(stack.service().url());
        service = new InetSocketAddress(InetAddress.getLoopbackAddress(), plain.getPort());
        url = URI.create((encrypted ? "https" : "http") + "://127.0.0.1:" + plain.getPort());
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        tls.ifPresent(builder::sslContext);
        http = builder.build();
    }

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int viewers = Integer.parseInt(System.getenv().getOrDefault("VIEWERS", "1000"));
        boolean bounded = true;
        for (boolean encrypted : new boolean[]{false, true}) {
            try (ViewerMemory memory = new ViewerMemory(viewers, encrypted)) {
                System.out.println(encrypted ? "with TLS" : "without TLS");
                bounded &= memory.measure(viewers, System.out);
            }
        }
        System.out.println(bounded ? "PASSED" : "FAILED");
        System.exit(bounded ? 0 : 1);
    }

    private boolean measure(int viewers, PrintStream out) throws IOException, InterruptedException {
        update();
        Await.until(SOON, "the match is known", () -> status("/api/matches/" + match + "/metrics") == 200);
        try (HeldViewers _ = open(WARM_UP_VIEWERS, true)) {
            awaitViewers(WARM_UP_VIEWERS);
            updates();
        }
        awaitViewers(0);
        double reading = reading(viewers, out);
        awaitViewers(0);
        double unread = unread(viewers, out);
        out.printf(Locale.ROOT, "  a viewer that never reads needs %.1f KiB more than one that reads%n",
                unread - reading);
        return unread - reading <= MOST_UNREAD_KIB;
    }

    private double reading(int viewers, PrintStream out) throws IOException, InterruptedException {
        Sample before = Sample.of(stack.service().pid(), operators);
        try (HeldViewers held = open(viewers, true)) {
            awaitViewers(viewers);
            updates();
            Sample after = Sample.of(stack.service().pid(), operators);
            double kib = after.print("reads", before, viewers, out);
            out.printf(Locale.ROOT, "    %.0f bytes received by each%n", held.received() / (double) viewers);
            return kib;
        }
    }

    private double unread(int viewers, PrintStream out) throws IOException, InterruptedException {
        Sample before = Sample.of(stack.service().pid(), operators);
        try (HeldViewers _ = open(viewers, false)) {
            awaitViewers(viewers);
            for (int i = 0; i < MOMENTS; i++) {
                send("goal", ",\"teamId\":\"a\",\"metadata\":{\"detail\":\"" + FILLER + "\"}");
            }
            LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
            Sample after = Sample.of(stack.service().pid(), operators);
            double kib = after.print("never reads", before, viewers, out);
            out.printf(Locale.ROOT, "    %.0f of %d viewers still open at the end%n", viewers(), viewers);
            return kib;
        }
    }

    private HeldViewers open(int viewers, boolean reads) throws IOException, InterruptedException {
        return HeldViewers.open(service, "/api/matches/" + match + "/stream", tls, viewers, reads);
    }

    private void updates() throws IOException, InterruptedException {
        for (long end = System.nanoTime() + UPDATES.toNanos(); System.nanoTime() - end < 0;) {
            update();
            LockSupport.parkNanos(TURN.toNanos());
        }
    }

    private void update() throws IOException, InterruptedException {
        send("share", "");
    }

    private void send(String type, String members) throws IOException, InterruptedException {
        String event = "{\"matchId\":\"" + match + "\",\"eventType\":\"" + type + "\",\"timestamp\":\"" + Instant.now()
                + "\"" + members + "}";
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(url.resolve("/api/events")).timeout(SOON)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(event)).build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 202) {
            throw new IOException("an event got " + response.statusCode() + ": " + response.body());
        }
    }

    private int status(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url.resolve(path)).timeout(SOON).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private void awaitViewers(int count) {
        Await.until(SOON, count + " viewers", () -> viewers() == count);
    }

    private double viewers() throws IOException {
        Matcher gauge = LIVE_VIEWERS.matcher(RawHttp.once(operators, RawHttp.get("/metrics"), SOON).text());
        return gauge.find() ? Double.parseDouble(gauge.group(1)) : -1;
    }

    /// @param rss resident memory of the process in bytes
    private record Sample(Resources resources, long rss) {

        static Sample of(long pid, InetSocketAddress operators) throws IOException, InterruptedException {
            return new Sample(Resources.of(pid, operators), ProcessFigures.rss(pid));
        }

        /// @return KiB of heap and direct memory for each viewer
        double print(String which, Sample before, int viewers, PrintStream out) {
            double heap = (resources.heapMib() - before.resources.heapMib()) * 1024 / viewers;
            double direct = (resources.directMib() - before.resources.directMib()) * 1024 / viewers;
            out.printf(Locale.ROOT, "  a viewer that %-11s: heap %.1f KiB, direct memory %.1f KiB, resident memory "
                    + "%.1f KiB%n", which, heap, direct, (rss - before.rss) / 1024.0 / viewers);
            return heap + direct;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        stack.close();
    }
}
