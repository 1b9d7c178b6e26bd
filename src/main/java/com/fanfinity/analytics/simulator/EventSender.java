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

/// Sends events over HTTP at least once. It sends an unacknowledged event again with the same bytes and `eventId`, and
/// the service counts it once. At most `inFlight` requests are in flight at any time; a request that waits for its next
/// attempt does not count. Thread-safe.
final class EventSender implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT).build();
    private final ServiceTarget target;
    private final RetryPolicy retry;
    private final Semaphore inFlight;
    private final SimulatorClock clock;
    private final RandomGenerator random;
    private final SendListener listener;

    /// @param inFlight the maximum number of concurrent requests, from 1
    EventSender(ServiceTarget target, RetryPolicy retry, int inFlight, SimulatorClock clock, RandomGenerator random,
            SendListener listener) {
        this.target = requireNonNull(target, "target is null");
        this.retry = requireNonNull(retry, "retry is null");
        this.inFlight = new Semaphore(inFlight);
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /// Sends one event to `/api/events`, or several as one NDJSON batch. Returns when the service has answered for each
    /// event, or after the last attempt.
    ///
    /// @param events at least one, at most 5,000 and 8 MiB together (the service's limits)
    /// @throws InterruptedException if interrupted while waiting; the service may have accepted events in flight
    SendOutcome send(List<WireEvent> events) throws InterruptedException {
        int accepted = 0;
        int failures = 0;
        var rejections = new ArrayList<Rejection>();
        List<WireEvent> left = events;
        while (true) {
            Optional<Duration> after;
            String reason;
            switch (attempt(left)) {
                case ServiceResponse.Processed processed -> {
                    accepted += processed.accepted();
                    rejections.addAll(processed.rejections());
                    if (processed.again().isEmpty()) {
                        return new SendOutcome.Completed(accepted, rejections);
                    }
                    failures = processed.again().size() < left.size() ? 0 : failures; // progress resets the count
                    left = processed.again();
                    after = processed.after();
                    reason = left.size() + " unavailable";
                }
                case ServiceResponse.RetryLater later -> {
                    after = later.after();
                    reason = later.reason();
                }
                case ServiceResponse.PermanentFailure failure -> {
                    return new SendOutcome.Aborted(accepted, rejections, left, failure.reason());
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
            String reason = "no response: " + e.getClass().getSimpleName();
            listener.failed(events.size(), reason);
            return new ServiceResponse.RetryLater(reason, Optional.empty());
        } finally {
            inFlight.release();
        }
    }

    private HttpRequest request(List<WireEvent> events) {
        boolean single = events.size() == 1;
        String body = single
                ? events.getFirst().json()
                : events.stream().map(WireEvent::json).collect(Collectors.joining("\n", "", "\n"));
        return target.request(single ? "/api/events" : "/api/events/batch")
                .header("Content-Type", single ? "application/json" : "application/x-ndjson").timeout(RESPONSE_TIMEOUT)
                .POST(BodyPublishers.ofString(body, UTF_8)).build();
    }

    /// Cancels the requests in flight.
    @Override
    public void close() {
        http.shutdownNow();
    }
}
