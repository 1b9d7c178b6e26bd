package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.sun.management.OperatingSystemMXBean;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.Route;
import com.fanfinity.analytics.lab.bench.GatedServer.Loop;
import com.fanfinity.analytics.lab.hostile.RawHttp;

/// `make bench-gate`: the cost of the gate. It has three parts, all in this process:
///
/// 1. Decisions: the CPU of the gate alone, of real requests of a real server, decided again and again.
/// 2. Requests: the CPU of the process for each request without the client's thread, over a server without a gate, with
///    `AUTH=off` and with a key, in turns.
/// 3. Addresses: the heap and the CPU of the rates of a million addresses.
///
/// The exit code is 0 if a decision on a request with a key costs at most 3 µs more than one with `AUTH=off`, and the
/// addresses at most 64 MiB and 1 µs each. The second part has no limit: the difference is smaller than its noise.
final class GateBench {

    /// Short rounds in turns, so that other work of the machine hits all variants alike.
    private static final int REQUESTS = 500;
    private static final int REQUEST_ROUNDS = 200;
    private static final int WARM_UP_REQUEST_ROUNDS = 60;
    private static final int ROUNDS = 15;
    private static final int WARM_UP_ROUNDS = 6;
    private static final int DECISIONS = 200_000;
    private static final int ADDRESSES = 1_000_000;
    private static final int ADDRESS_ROUNDS = 7;
    private static final double MOST_MICROS = 3;
    private static final double MOST_MICROS_AN_ADDRESS = 1;
    private static final double MOST_MIB = 64;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final byte[] BODY = ("{\"matchId\":\"bench\",\"eventType\":\"pass\","
            + "\"timestamp\":\"2026-11-21T12:00:00.000Z\",\"teamId\":\"a\"}").getBytes(UTF_8);

    private final BenchKey key = BenchKey.create();
    private final PrintStream out;

    private GateBench(PrintStream out) {
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        System.exit(new GateBench(System.out).run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        double difference = decisions();
        requests();
        boolean addresses = addresses();
        boolean held = difference <= MOST_MICROS && addresses;
        out.println(held ? "PASSED" : "FAILED");
        return held;
    }

    private byte[] request(boolean withKey) {
        return RawHttp.joined(("POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + (withKey ? "Authorization: Bearer " + key.text() + "\r\n" : "") + "Content-Length: " + BODY.length
                + "\r\n\r\n").getBytes(ISO_8859_1), BODY);
    }

    // --- the decision alone

    /// @return CPU microseconds that a decision with a key costs more than one without and with `AUTH=off`
    private double decisions() throws IOException {
        Map<String, Double> micros = new LinkedHashMap<>();
        double off = decision(false, false);
        micros.put("AUTH=off, no key", off);
        micros.put("AUTH=off, a key", decision(false, true));
        double withKey = decision(true, true);
        micros.put("AUTH=on, a key", withKey);
        out.println("a decision of the gate alone, CPU of its thread (median of rounds of " + DECISIONS + ")");
        micros.forEach((name, each) -> out.printf(Locale.ROOT, "  %-18s %6.2f us%n", name, each));
        return withKey - off;
    }

    private double decision(boolean auth, boolean withKey) throws IOException {
        Loop loop = new Loop(gate -> sorted(WARM_UP_ROUNDS + ROUNDS, () -> cpu(DECISIONS, gate::decide)));
        try (GatedServer server = GatedServer.looped(key, auth, loop)) {
            RawHttp.once(server.address(), request(withKey), Duration.ofMinutes(2));
        }
        return loop.median();
    }

    /// The measured values without those of the warm-up, in ascending order.
    private static List<Double> sorted(int rounds, Measurement measurement) {
        List<Double> values = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            values.add(measurement.take());
        }
        return values.subList(WARM_UP_ROUNDS, rounds).stream().sorted().toList();
    }

    private interface Measurement {
        double take();
    }

    /// CPU microseconds of this thread for each call.
    private static double cpu(int times, Runnable call) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            call.run();
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e3 / times;
    }

    // --- whole requests

    private void requests() throws IOException {
        try (GatedServer without = GatedServer.withoutGate();
                GatedServer off = GatedServer.gated(key, false);
                GatedServer on = GatedServer.gated(key, true);
                RawHttp toWithout = new RawHttp(without.address(), LIMIT);
                RawHttp toOff = new RawHttp(off.address(), LIMIT);
                RawHttp toOn = new RawHttp(on.address(), LIMIT)) {
            List<Double> none = new ArrayList<>();
            List<Double> open = new ArrayList<>();
            List<Double> keyed = new ArrayList<>();
            List<Double> differences = new ArrayList<>();
            for (int round = 0; round < WARM_UP_REQUEST_ROUNDS + REQUEST_ROUNDS; round++) {
                double ofNone = perRequest(toWithout, request(false));
                double ofOff = perRequest(toOff, request(false));
                double ofOn = perRequest(toOn, request(true));
                if (round >= WARM_UP_REQUEST_ROUNDS) {
                    none.add(ofNone);
                    open.add(ofOff);
                    keyed.add(ofOn);
                    differences.add(ofOn - ofOff);
                }
            }
            out.printf(Locale.ROOT, "a request of %d bytes, CPU of the process without the client (median of %d rounds "
                    + "of %d requests on one connection)%n", BODY.length, REQUEST_ROUNDS, REQUESTS);
            row("no gate", none);
            row("AUTH=off, no key", open);
            row("AUTH=on, a key", keyed);
            row("on - off", differences);
        }
    }

    private void row(String name, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        out.printf(Locale.ROOT, "  %-18s %6.2f us (quartiles %.2f and %.2f)%n", name, sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() / 4), sorted.get(sorted.size() * 3 / 4));
    }

    private static double perRequest(RawHttp connection, byte[] request) throws IOException {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long client = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long all = process.getProcessCpuTime();
        for (int i = 0; i < REQUESTS; i++) {
            int status = connection.exchange(request).status();
            if (status != 202) {
                throw new IOException("the server returned " + status);
            }
        }
        long ofClient = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - client;
        return (process.getProcessCpuTime() - all - ofClient) / 1e3 / REQUESTS;
    }

    // --- a million addresses

    private boolean addresses() throws IOException {
        List<Double> bytes = new ArrayList<>();
        Loop loop = new Loop(gate -> {
            List<Double> micros = new ArrayList<>();
            for (int round = 0; round < ADDRESS_ROUNDS; round++) {
                int first = 0x0A00_0000 + round * ADDRESSES;
                long before = heap();
                double bare = ofAddresses(first, address -> {
                    var _ = gate.from(address).getMethod();
                });
                micros.add(ofAddresses(first, address -> gate.decide(gate.from(address))) - bare);
                bytes.add((heap() - before) / (double) (1 << 20));
            }
            return micros.stream().sorted().toList();
        });
        try (GatedServer server = GatedServer.looped(key, true, loop)) {
            RawHttp.once(server.address(), RawHttp.get("/api/matches/bench/metrics"), Duration.ofMinutes(5));
        }
        double first = bytes.getFirst();
        double others = bytes.stream().skip(1).mapToDouble(Double::doubleValue).sum();
        out.printf(Locale.ROOT, "a million addresses without a key, %d rounds of other ones: %.1f MiB of heap after "
                + "the first, %.1f MiB more after all others; a decision %.2f us of CPU in the median%n",
                ADDRESS_ROUNDS, first, others, loop.median());
        return first <= MOST_MIB && loop.median() <= MOST_MICROS_AN_ADDRESS;
    }

    private interface AddressUse {
        void use(int address);
    }

    private static double ofAddresses(int first, AddressUse use) {
        int[] next = {first};
        return cpu(ADDRESSES, () -> use.use(next[0]++));
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// A real request, decided as often as wanted.
    ///
    /// @param gate that decides
    record SameRequest(Gate gate, Request request, Optional<Route> route) {

        void decide() {
            decide(request);
        }

        void decide(Request other) {
            if (!(gate.admit(other, route) instanceof Gate.Admitted)) {
                throw new IllegalStateException("the gate refused the request");
            }
        }

        /// The same request from an IPv4 address.
        Request from(int address) {
            byte[] bytes = {(byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address};
            return new Request.Wrapper(request) {
                @Override
                public ConnectionMetaData getConnectionMetaData() {
                    return new ConnectionMetaData.Wrapper(super.getConnectionMetaData()) {
                        @Override
                        public SocketAddress getRemoteSocketAddress() {
                            return socket(bytes);
                        }
                    };
                }
            };
        }

        private static SocketAddress socket(byte[] address) {
            try {
                return new InetSocketAddress(InetAddress.getByAddress(address), 1);
            } catch (IOException e) {
                throw new IllegalStateException("an address has 4 bytes", e);
            }
        }
    }
}
