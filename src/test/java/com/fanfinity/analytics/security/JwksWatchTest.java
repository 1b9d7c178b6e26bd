package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Jwt;
import com.fanfinity.analytics.metrics.Meters;

/// The key set of tokens as issuers and operators change it.
class JwksWatchTest {

    @TempDir
    private Path directory = Path.of("");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();

    private JwksWatch watch(JwksSource source) {
        return new JwksWatch(source, nanos::get, new Meters(registry).security());
    }

    /// A source with the interval of a URL.
    private JwksWatch counting(TestTokens.Content content) {
        return watch(TestTokens.source(Duration.ofMinutes(5), () -> {
            reads.incrementAndGet();
            return content.get();
        }));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private double failures() {
        return registry.get("jwt.keys.reload.failures").counter().count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private static boolean has(JwksWatch watch, String id) {
        return watch.current().find("ES256", id).isPresent();
    }

    @Test
    void file_isReadAtEachTurnAndRotates() throws Exception {
        Path file = directory.resolve("jwks.json");
        Files.write(file, TestTokens.jwks(TestTokens.EC));
        JwksWatch watch = watch(JwksSource.of(new Jwt.KeySetFile(file)));
        watch.tick();
        assertTrue(has(watch, "ec-1"));
        assertEquals("", watch.fault());

        Files.write(file, TestTokens.jwks(TestTokens.EC, TestTokens.RSA));
        watch.tick();
        assertEquals(2, watch.current().size());
        assertEquals(2, gauge("jwt.keys"));

        Files.write(file, TestTokens.jwks(TestTokens.RSA));
        watch.tick();
        assertFalse(has(watch, "ec-1"));
    }

    @Test
    void fileThatCannotBeUsed_keepsTheKeysAndIsReportedUntilItCan() throws Exception {
        Path file = directory.resolve("jwks.json");
        Files.write(file, TestTokens.jwks(TestTokens.EC));
        JwksWatch watch = watch(JwksSource.of(new Jwt.KeySetFile(file)));
        watch.tick();
        for (byte[] broken : List.of("{".getBytes(UTF_8), new byte[0], "{\"keys\":[{}]}".getBytes(UTF_8),
                tooLarge())) {
            double before = failures();
            pass(Duration.ofSeconds(5));
            Files.write(file, broken);
            watch.tick();

            assertTrue(has(watch, "ec-1"));
            assertEquals(before + 1, failures());
            assertTrue(watch.fault().startsWith("the set of token keys is not valid: it "), watch.fault());
        }
        Files.delete(file);
        watch.tick();
        assertEquals("the token keys cannot be read", watch.fault());
        assertTrue(has(watch, "ec-1"));
        assertEquals(20, gauge("jwt.keys.age.seconds"));

        Files.write(file, TestTokens.jwks(TestTokens.EC));
        watch.tick();
        assertEquals("", watch.fault());
        assertEquals(0, gauge("jwt.keys.age.seconds"));
    }

    /// A good set with spaces after it.
    private static byte[] tooLarge() {
        byte[] set = TestTokens.jwks(TestTokens.EC);
        byte[] content = Arrays.copyOf(set, Jwks.MAX_BYTES + 1);
        Arrays.fill(content, set.length, content.length, (byte) ' ');
        return content;
    }

    @Test
    void slowSource_isReadInTheBackgroundOneReadAtATime() {
        Deque<Runnable> background = new ArrayDeque<>();
        JwksSource slow = TestTokens.source(Duration.ofMinutes(5), true, () -> TestTokens.jwks(TestTokens.EC));
        JwksWatch watch = new JwksWatch(slow, background::add, nanos::get, new Meters(registry).security());
        watch.read();
        pass(Duration.ofHours(1));
        watch.tick();
        watch.read();
        assertEquals(1, background.size());
        assertEquals(0, watch.current().size());

        background.remove().run();
        assertEquals(1, watch.current().size());
        watch.tick();

        assertEquals(1, background.size());
    }

    @Test
    void fileThatIsMissingAtTheStart_isReportedAndUsedOnceItExists() throws Exception {
        Path file = directory.resolve("later.json");
        JwksWatch watch = watch(JwksSource.of(new Jwt.KeySetFile(file)));
        watch.read();
        assertEquals("the token keys cannot be read", watch.fault());
        assertEquals(0, watch.current().size());

        Files.write(file, TestTokens.jwks(TestTokens.EC));
        watch.tick();

        assertTrue(has(watch, "ec-1"));
    }

    @Test
    void read_isRepeatedAfterTheInterval() {
        JwksWatch watch = counting(() -> TestTokens.jwks(TestTokens.EC));
        watch.read();
        pass(Duration.ofMinutes(5).minusMillis(1));
        watch.tick();
        assertEquals(1, reads.get());

        pass(Duration.ofMillis(1));
        watch.tick();

        assertEquals(2, reads.get());
    }

    /// A client that invents key ids cannot make the service flood the issuer.
    @Test
    void unknownKeys_causeAtMostOneReadAMinute() {
        JwksWatch watch = counting(() -> TestTokens.jwks(TestTokens.EC));
        watch.read();
        for (int second = 1; second <= 600; second++) {
            pass(Duration.ofSeconds(1));
            for (int i = 0; i < 10; i++) {
                watch.unknownKey();
            }
            watch.tick();
        }
        assertEquals(1 + 10, reads.get());

        watch.unknownKey();
        pass(Duration.ofMinutes(2));
        watch.tick();
        pass(Duration.ofMinutes(2));
        watch.tick();
        assertEquals(2 + 10, reads.get(), "an unknown key causes one read, not one each minute");
    }

    @Test
    void failedRead_isRepeatedEach10SecondsAtTheStartAndEachMinuteLater() {
        byte[][] content = {"{".getBytes(UTF_8)};
        JwksWatch watch = counting(() -> content[0]);
        watch.read();
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(5));
            watch.tick();
        }
        assertEquals(1 + 5, reads.get());
        content[0] = TestTokens.jwks(TestTokens.EC);
        pass(Duration.ofSeconds(10));
        watch.tick();
        assertEquals(1 + 6, reads.get());

        content[0] = "{".getBytes(UTF_8);
        pass(Duration.ofMinutes(5));
        watch.tick();
        pass(Duration.ofSeconds(59));
        watch.tick();
        assertEquals(1 + 7, reads.get());
        pass(Duration.ofSeconds(1));
        watch.tick();

        assertEquals(1 + 8, reads.get());
        assertTrue(has(watch, "ec-1"), "the older keys stay valid");
    }
}
