package com.fanfinity.analytics.lab.viewers;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.sun.management.UnixOperatingSystemMXBean;

/// Whether this machine can hold the connections of a {@link LiveBench}. Linux only, as the addresses 127.0.0.0/8 and `/proc` are.
///
/// A JVM raises its own limit of open files to the hard limit, and what it starts has the same.
final class MachineLimits {
    /// Files besides the connections of viewers: jars, Kafka's connections, selectors.
    private static final int OTHER_FILES = 500;
    /// A port is looked for at random, so not all of them are to be taken.
    private static final int PORTS_USED_OF_A_HUNDRED = 40;

    private static final Path PORT_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private MachineLimits() {}

    /// What stands in the way, a sentence for each.
    static List<String> problems(LiveOptions options) throws IOException {
        if (!Files.exists(PORT_RANGE)) {
            return List.of("this needs Linux: addresses 127.0.0.0/8 to connect from, and /proc");
        }
        var problems = new ArrayList<String>();
        int viewers = options.viewersOf(0);
        long files = openFiles();
        if (viewers + OTHER_FILES > files) {
            problems.add("a process may open %d files here (ulimit -Hn), an instance with %d viewers needs %d; take more INSTANCES"
                    .formatted(files, viewers, viewers + OTHER_FILES));
        }
        connectionTracking(options, problems);
        for (String source : sources(options, 0)) {
            try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral(source))) {
                probe.getLocalPort();
            } catch (IOException e) {
                problems.add("cannot connect from " + source + ": " + e.getMessage());
            }
        }
        return problems;
    }

    private static void connectionTracking(LiveOptions options, List<String> problems) throws IOException {
        Path most = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");
        Path now = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");
        if (Files.exists(most) && Files.exists(now)) {
            long left = Long.parseLong(line(most)) - Long.parseLong(line(now));
            if (left < options.viewers()) {
                problems.add("the kernel tracks %d connections more at most (nf_conntrack_max), %d are needed".formatted(left,
                        options.viewers()));
            }
        }
    }

    /// Open files of a process at most, -1 if it is not known.
    static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : -1;
    }

    /// Ports that a connection may be given, from one address.
    static int ports() throws IOException {
        String[] range = line(PORT_RANGE).split("\\s+", -1);
        return Integer.parseInt(range[1]) - Integer.parseInt(range[0]) + 1;
    }

    /// Files of this kind must be read at once: a second read of one is at its end.
    private static String line(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return requireNonNull(reader.readLine(), file::toString).strip();
        }
    }

    /// What the kernel holds for TCP on this machine, in words; it is in no process's memory.
    static String socketMemory() throws IOException {
        String page = Files.readString(Path.of("/proc/net/sockstat"));
        return page.lines().filter(line -> line.startsWith("TCP:")).findFirst().orElse("TCP: not known") + " (mem in pages of 4 KiB)";
    }

    /// Addresses of this machine for the viewers of an instance, as many as their connections need.
    static List<String> sources(LiveOptions options, int instance) throws IOException {
        int perAddress = ports() * PORTS_USED_OF_A_HUNDRED / 100;
        int addresses = Math.max(2, Math.ceilDiv(options.viewersOf(0), perAddress));
        return IntStream.rangeClosed(1, addresses).mapToObj(number -> "127.0." + (20 + instance) + "." + number).toList();
    }
}
