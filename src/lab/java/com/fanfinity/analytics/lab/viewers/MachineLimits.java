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

/// Checks whether this machine can hold the connections of a [LiveBench]. Linux only, because it needs 127.0.0.0/8 and
/// `/proc`.
///
/// A JVM raises its limit of open files to the hard limit, and its children inherit that.
final class MachineLimits {
    /// Files other than the connections of viewers: jars, connections to Kafka, selectors.
    private static final int OTHER_FILES = 500;
    /// The kernel searches for a free port at random, so some must stay free.
    private static final int PORTS_USED_OF_A_HUNDRED = 40;

    private static final Path PORT_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private MachineLimits() {}

    /// A sentence for each missing resource.
    static List<String> problems(LiveOptions options) throws IOException {
        if (!Files.exists(PORT_RANGE)) {
            return List.of("this needs Linux: addresses 127.0.0.0/8 to connect from, and /proc");
        }
        var problems = new ArrayList<String>();
        int viewers = options.viewersOf(0);
        long files = openFiles();
        if (viewers + OTHER_FILES > files) {
            problems.add(
                    ("a process may open %d files (ulimit -Hn), but an instance with %d viewers needs %d; "
                            + "increase INSTANCES")
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
                problems.add("the kernel can track only %d more connections (nf_conntrack_max), but the run needs %d"
                        .formatted(left,
                                options.viewers()));
            }
        }
    }

    /// The maximum number of open files of a process, -1 if unknown.
    static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : -1;
    }

    /// The number of ephemeral ports of one address.
    static int ports() throws IOException {
        String[] range = line(PORT_RANGE).split("\\s+", -1);
        return Integer.parseInt(range[1]) - Integer.parseInt(range[0]) + 1;
    }

    /// Such files must be read in one call: a second read finds their end.
    private static String line(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return requireNonNull(reader.readLine(), file::toString).strip();
        }
    }

    /// The TCP memory of the kernel, which belongs to no process.
    static String socketMemory() throws IOException {
        String page = Files.readString(Path.of("/proc/net/sockstat"));
        return page.lines().filter(line -> line.startsWith("TCP:")).findFirst().orElse("TCP: not known")
                + " (mem in pages of 4 KiB)";
    }

    /// Enough local addresses for the connections of an instance's viewers.
    static List<String> sources(LiveOptions options, int instance) throws IOException {
        int perAddress = ports() * PORTS_USED_OF_A_HUNDRED / 100;
        int addresses = Math.max(2, Math.ceilDiv(options.viewersOf(0), perAddress));
        return IntStream.rangeClosed(1, addresses).mapToObj(number -> "127.0." + (20 + instance) + "." + number)
                .toList();
    }
}
