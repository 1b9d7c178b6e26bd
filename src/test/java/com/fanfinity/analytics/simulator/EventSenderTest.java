package com.fanfinity.analytics.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.simulator.FakeService.Reply;
import com.fanfinity.analytics.simulator.SendOutcome.Rejection;

class EventSenderTest {
    private static final RetryPolicy THREE_ATTEMPTS = new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(20),
            3);
    private static final WireEvent EVENT = event(1);
    private final FakeClock clock = new FakeClock();

    @Test
    void send_503WithRetryAfter_waitsAsRequestedAndSendsTheSameBytes() throws Exception {
        try (var service = new FakeService(
                r -> r.number() == 0 ? new Reply(503, "", Map.of("Retry-After", "7")) : Reply.accepted());
                var sender = sender(service.target(), 1)) {
            SendOutcome outcome = sender.send(List.of(EVENT));

            assertEquals(new SendOutcome.Completed(1, List.of()), outcome);
            assertEquals(1, clock.sleeps().size());
            assertTrue(clock.passed().compareTo(Duration.ofSeconds(7)) >= 0, "slept " + clock.passed());
            assertTrue(clock.passed().compareTo(Duration.ofSeconds(8)) < 0, "slept " + clock.passed());
            assertEquals(List.of(EVENT.json(), EVENT.json()),
                    service.requests().stream().map(FakeService.Request::body).toList());
        }
    }

    @Test
    void send_400_isRejectedWithItsFaultsAndNotSentAgain() throws Exception {
        String problem = "{\"status\":400,\"errors\":[{\"field\":\"teamId\",\"code\":\"missing\",\"message\":\"is required\"}]}";
        try (var service = new FakeService(_ -> Reply.of(400, problem)); var sender = sender(service.target(), 1)) {
            SendOutcome outcome = sender.send(List.of(EVENT));

            assertEquals(new SendOutcome.Completed(0, List.of(new Rejection(1, "HTTP 400 teamId: is required"))),
                    outcome);
            assertEquals(1, service.requests().size());
            assertEquals(List.of(), clock.sleeps());
        }
    }

    @Test
    void send_207WithUnavailable_sendsOnlyThoseAgain() throws Exception {
        String partly = "{\"accepted\":1,\"rejected\":[{\"index\":0,\"errors\":[{\"field\":\"timestamp\",\"message\":\"no\"}]}],\"unavailable\":[2]}";
        try (var service = new FakeService(r -> r.number() == 0 ? Reply.of(207, partly) : Reply.accepted());
                var sender = sender(service.target(), 1)) {
            SendOutcome outcome = sender.send(List.of(event(11), event(12), event(13)));

            assertEquals(new SendOutcome.Completed(2, List.of(new Rejection(11, "timestamp: no"))), outcome);
            assertEquals("/api/events/batch", service.requests().getFirst().path());
            assertEquals("/api/events", service.requests().getLast().path());
            assertEquals(event(13).json(), service.requests().getLast().body());
        }
    }

    @Test
    void send_429Forever_givesUpAfterTheAttempts() throws Exception {
        try (var service = new FakeService(_ -> Reply.of(429, "")); var sender = sender(service.target(), 1)) {
            SendOutcome outcome = sender.send(List.of(EVENT));

            assertEquals(List.of(EVENT), assertInstanceOf(SendOutcome.RetriesExhausted.class, outcome).left());
            assertEquals(3, service.requests().size());
        }
    }

    @Test
    void send_noListener_isRetriedAndNotAccepted() throws Exception {
        URI gone;
        try (var service = new FakeService(_ -> Reply.accepted())) {
            gone = service.target().base();
        }
        try (var sender = sender(new ServiceTarget(gone, Optional.empty()), 1)) {
            assertInstanceOf(SendOutcome.RetriesExhausted.class, sender.send(List.of(EVENT)));
            assertEquals(2, clock.sleeps().size());
        }
    }

    @Test
    void send_withKey_sendsItAndNeverPrintsIt() throws Exception {
        try (var service = new FakeService(_ -> Reply.of(401, "{}"))) {
            var target = new ServiceTarget(service.target().base(), Optional.of("sesame"));
            try (var sender = sender(target, 1)) {
                assertInstanceOf(SendOutcome.Aborted.class, sender.send(List.of(EVENT)));
            }
            assertEquals(Optional.of("Bearer sesame"), service.requests().getFirst().authorization());
            assertEquals(1, service.requests().size());
            assertFalse(target.toString().contains("sesame"));
        }
    }

    @Test
    void send_manyThreads_neverMoreThanTheBoundInFlight() throws Exception {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var twoAreIn = new CountDownLatch(2);
        try (var service = new FakeService(_ -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            twoAreIn.countDown();
            await(twoAreIn);
            now.decrementAndGet();
            return Reply.accepted();
        }); var sender = sender(service.target(), 2)) {
            List<Thread> threads = IntStream.range(0, 20).mapToObj(n -> Thread.ofVirtual().start(() -> send(sender, n)))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(20, service.requests().size());
            assertEquals(2, most.get());
        }
    }

    private static void send(EventSender sender, int number) {
        try {
            SendOutcome _ = sender.send(List.of(event(number)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private EventSender sender(ServiceTarget target, int inFlight) {
        return new EventSender(target, THREE_ATTEMPTS, inFlight, clock, new SplittableRandom(1), SendListener.NONE);
    }

    private static WireEvent event(int number) {
        return new WireEvent("m", number,
                "{\"eventId\":\"00000000-0000-4000-8000-0000000000" + (10 + number) + "\",\"n\":" + number + "}");
    }
}
