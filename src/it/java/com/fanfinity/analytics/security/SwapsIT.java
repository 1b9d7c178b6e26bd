package com.fanfinity.analytics.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.security.SwapClients.Sender;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.SelfSigned;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;

/// Keys and certificates change 50 times while clients send events over TLS and follow streams. No request fails but by
/// its own revoked key, and no stream ends but that of a revoked key.
@Tag("endurance")
class SwapsIT {

    private static final int SWAPS = 50;

    /// The service reads both kinds of file every 5 s, and promises 10 s.
    private static final Duration IN_USE_WITHIN = Duration.ofSeconds(10);
    private static final Duration COUNTED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    private Path directory = Path.of("");

    private Path keyFile() {
        return directory.resolve("keys.json");
    }

    private SelfSigned certificate(int number) throws Exception {
        return SelfSigned.create(Files.createDirectory(directory.resolve("certificate-" + number)));
    }

    /// The files change one after the other, so the service may see a certificate with the key of another one.
    private void use(SelfSigned certificate) throws Exception {
        replace(directory.resolve("tls.crt"), Files.readAllBytes(certificate.certificate()));
        replace(directory.resolve("tls.key"), Files.readAllBytes(certificate.key()));
    }

    private static void replace(Path file, byte[] content) throws Exception {
        Path written = Files.write(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// The keys of one period: one that never changes, the old and the new secret of a rotation, and one that the next
    /// period no longer has.
    private void useKeysOf(int period) throws Exception {
        replace(keyFile(), TestKeys.file(
                TestKeys.entry("steady", "ingest,read", "", TestKeys.secret(SwapClients.STEADY)),
                TestKeys.entry("turning", "ingest,read", "", TestKeys.secret(turning(period)),
                        TestKeys.secret(turning(period + 1))),
                TestKeys.entry("passing-" + period, "ingest,read", "", TestKeys.secret(passing(period)))));
    }

    private static String turning(int period) {
        return TestKeys.key("turning", period);
    }

    private static String passing(int period) {
        return TestKeys.key("passing-" + period, period);
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void keysAndCertificates_swappedUnderLoad_failNoRequest(TestReporter reporter) throws Exception {
        use(certificate(0));
        useKeysOf(0);
        try (Stack stack = Stack.start("swaps", Map.of("AUTH", "on", "API_KEYS_FILE", keyFile().toString(),
                "TLS_CERT_FILE", directory.resolve("tls.crt").toString(), "TLS_KEY_FILE",
                directory.resolve("tls.key").toString(), "OPS_PORT", Integer.toString(Ports.free()),
                "KAFKA_PARTITIONS", Stack.FEW));
                SwapClients clients = new SwapClients(stack.service().url(), turning(0))) {
            clients.start();
            List<Double> keySeconds = new ArrayList<>();
            List<Double> certificateSeconds = new ArrayList<>();
            for (int period = 1; period <= SWAPS; period++) {
                swap(period, clients, keySeconds, certificateSeconds);
            }
            Await.until(COUNTED_WITHIN, "each accepted event is counted, and the streams show it",
                    () -> clients.pauseAndCompare());

            String report = String.format(Locale.ROOT, "%s; %d swaps, keys in use after at most %.1f s, certificates "
                    + "after at most %.1f s", clients.summary(), SWAPS, highest(keySeconds),
                    highest(certificateSeconds));
            reporter.publishEntry(report);
            assertEquals(List.of(), clients.failures(), report);
            assertEquals(SWAPS + 1, clients.certificates(), report);
            assertTrue(clients.accepted() > SWAPS * 100L, report);
        }
    }

    private void swap(int period, SwapClients clients, List<Double> keySeconds, List<Double> certificateSeconds)
            throws Exception {
        SelfSigned next = certificate(period);
        // Both secrets of the rotation are valid now, so that the sender can change.
        clients.turnTo(turning(period));
        try (Sender passing = clients.sender(period, passing(period - 1))) {
            Await.until(IN_USE_WITHIN, "the passing key is used", passing::isInUse);
            passing.mayBeRefused();
            long began = System.nanoTime();
            useKeysOf(period);
            use(next);
            Await.until(IN_USE_WITHIN, "key " + (period - 1) + " is refused and its stream has ended",
                    passing::isRefused);
            keySeconds.add((System.nanoTime() - began) / 1e9);
            Await.until(IN_USE_WITHIN, "certificate " + period + " is in use",
                    () -> clients.shows(next.keyStore().getCertificate("test")));
            certificateSeconds.add((System.nanoTime() - began) / 1e9);
        }
    }

    private static double highest(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
