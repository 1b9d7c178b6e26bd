package com.fanfinity.analytics.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import com.fanfinity.analytics.simulator.SendOutcome.Rejection;

/// Sends events over HTTP, at least once: what is not acknowledged is sent again, the same bytes with the same `eventId`,
/// which the service counts once. At most `inFlight` requests are under way at any time; a request that waits for its
/// next attempt is not. Safe for many threads.
final class EventSender implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build();
    private final Target target;
    private final RetryPolicy retry;
    private final Semaphore inFlight;
    private final SimulatorClock clock;
    private final RandomGenerator random;
    private final SendListener listener;

    /// @param inFlight the most requests under way at once, from 1
    EventSender(Target target, RetryPolicy retry, int inFlight, SimulatorClock clock, RandomGenerator random, SendListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.retry = requireNonNull(retry, "retry is null");
        this.inFlight = new Semaphore(inFlight);
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /// Sends the events, a single one to `/api/events`, several as one NDJSON batch, and returns when each is settled or
    /// the attempts have run out.
    ///
    /// @param events at least one, at most 5,000 and 8 MiB together (the service's limits)
    /// @throws InterruptedException if interrupted while waiting; events under way may or may not have been taken
    SendOutcome send(List<WireEvent> events) throws InterruptedException {
        int accepted = 0;
        int failures = 0;
        var rejections = new ArrayList<Rejection>();
        List<WireEvent> left = events;
        while (true) {
            Optional<Duration> after;
            String reason;
            switch (attempt(left)) {
                case ServiceResponse.Processed settled -> {
                    accepted += settled.accepted();
                    rejections.addAll(settled.rejections());
                    if (settled.again().isEmpty()) {
                        return new SendOutcome.Completed(accepted, rejections);
                    }
                    failures = settled.again().size() < left.size() ? 0 : failures; // progress: the count starts anew
                    left = settled.again();
                    after = settled.after();
                    reason = left.size() + " unavailable";
                }
                case ServiceResponse.RetryLater later -> {
                    after = later.after();
                    reason = later.reason();
                }
                case ServiceResponse.PermanentFailure refused -> {
                    return new SendOutcome.Aborted(accepted, rejections, left, refused.reason());
                }
            }
            failures++;
            if (failures >= retry.attempts()) {
                return new SendOutcome.RetriesExhausted(accepted, rejections, left, reason);
            }
            Duration wait = retry.delay(failures, after, random);
            listener.retrying(left.size(), reason, wait);
            clock.sleep(wait);
        }
    }

    private ServiceResponse attempt(List<WireEvent> events) throws InterruptedException {
        inFlight.acquire();
        try {
            long start = clock.nanoTime();
            HttpResponse<String> response = http.send(request(events), BodyHandlers.ofString(UTF_8));
            listener.answered(response.statusCode(), events.size(), Duration.ofNanos(clock.nanoTime() - start));
            Optional<String> retryAfter = response.headers().firstValue("Retry-After");
            return ServiceResponse.of(response.statusCode(), response.body(), retryAfter, events, clock.now());
        } catch (IOException e) {
            String reason = "no answer: " + e.getClass().getSimpleName();
            listener.failed(events.size(), reason);
            return new ServiceResponse.RetryLater(reason, Optional.empty());
        } finally {
            inFlight.release();
        }
    }

    private HttpRequest request(List<WireEvent> events) {
        boolean single = events.size() == 1;
        String body = single ? events.getFirst().json() : events.stream().map(WireEvent::json).collect(Collectors.joining("\n", "", "\n"));
        return target.request(single ? "/api/events" : "/api/events/batch")
                .header("Content-Type", single ? "application/json" : "application/x-ndjson").timeout(ANSWER_TIMEOUT)
                .POST(BodyPublishers.ofString(body, UTF_8)).build();
    }

    /// Drops what is under way.
    @Override
    public void close() {
        http.shutdownNow();
    }
}
