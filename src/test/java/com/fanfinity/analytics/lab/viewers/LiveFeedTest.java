package com.fanfinity.analytics.lab.viewers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.bench.TinyServer;

class LiveFeedTest {
    private static final int MATCHES = 3;

    private final List<String> bodies = new CopyOnWriteArrayList<>();

    @Test
    void events_ofAMatch_areSentInOrderAndRepeatedUntilAccepted() throws Exception {
        var taken = new AtomicInteger();
        try (var server = new TinyServer(request -> switch (request % 4) {
            case 1 -> 503;
            case 2 -> 0;
            default -> {
                taken.incrementAndGet();
                yield 202;
            }
        }, bodies::add)) {
            var feed = new LiveFeed(server.uri(), "t", MATCHES, System.nanoTime(), 2, List.of(1));
            feed.run();

            assertEquals(3 * MATCHES, taken.get());
            assertEquals(2 * MATCHES, feed.probes().total());
            assertEquals(MATCHES, feed.goals().total());
            assertEquals(Map.of("bench-t-0", 3L, "bench-t-1", 3L, "bench-t-2", 3L), feed.acknowledged());
            assertEquals(bodies.size() - 3 * MATCHES, feed.repeats());
            assertTrue(feed.repeats() > 0);
            for (int match = 0; match < MATCHES; match++) {
                assertInOrder(match);
                assertTrue(feed.probes().sentAt(match, 1) < feed.probes().acceptedAt(match, 1));
                assertTrue(feed.probes().acceptedAt(match, 1) < feed.probes().sentAt(match, 2));
            }
        }
    }

    /// The goal is due at the same time as the second probe, and is sent before it.
    private void assertInOrder(int match) throws Exception {
        var numbers = new ArrayList<Long>();
        for (String body : bodies) {
            var event = new ObjectMapper().readTree(body);
            String id = event.path("eventId").asText();
            long number = Long.parseLong(id.substring(id.length() - 12), 16);
            if (LiveEvents.match(number) == match && !numbers.contains(number)) {
                numbers.add(number);
            }
        }
        assertEquals(List.of(LiveEvents.number(LiveEvents.Purpose.PROBE, match, 1),
                LiveEvents.number(LiveEvents.Purpose.GOAL, match, 1),
                LiveEvents.number(LiveEvents.Purpose.PROBE, match, 2)), numbers);
    }
}
