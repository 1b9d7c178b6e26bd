package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.Meters;

class ChannelRegistryTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T15:00:00Z"), ZoneOffset.UTC);
    private static final int MAX_MOMENT_BYTES = 100_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FanOutPool fanOut = new FanOutPool(1);
    private final ChannelRegistry channels = new ChannelRegistry(CLOCK, fanOut, new Meters(registry).live(),
            MAX_MOMENT_BYTES);

    @AfterEach
    void close() {
        fanOut.close();
    }

    @Test
    void moments_ofAllMatchesTooLarge_thoseOfTheMatchWithTheOldestChangeAreDropped() {
        for (String match : new String[]{"first", "second"}) {
            for (int offset = 0; offset < 30; offset++) {
                channels.addMoment(match, 0, offset, ("{\"x\":\"" + "y".repeat(2_000) + "\"}").getBytes(UTF_8),
                        CLOCK.millis());
            }
            channels.publishDirect(match, "{}".getBytes(UTF_8));
            channels.publishDue(100);
        }

        assertTrue(missed("first").startsWith("event: reload\n"), "first");
        assertFalse(missed("first").contains("event: event\n"), "first");
        assertEquals(30, missed("second").split("event: event\n", -1).length - 1);
        assertEquals(1, registry.get("live.moments.dropped").counter().count());
    }

    private String missed(String match) {
        return Frames.text(channels.find(match).orElseThrow().initialUpdate(Optional.of("0-0")).frames());
    }
}
