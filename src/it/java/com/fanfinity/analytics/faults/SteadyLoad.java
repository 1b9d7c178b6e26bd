package com.fanfinity.analytics.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.fanfinity.analytics.stack.Await;

/// Clients that send events of one match one by one, as the contract requires. They repeat an event with the same
/// `eventId` until the answer is 202. They send every tenth accepted event once more. The load records each answer and
/// its duration.
final class SteadyLoad implements AutoCloseable {

    private static final int SENDERS = 4;
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /// @param status 0 if there was no answer
    /// @param retryAfter whether the answer had the header `Retry-After`
    record Reply(int status, boolean retryAfter, long startedNanos, Duration took) {}

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI target;
    private final String match;
    private final int padding;
    private final ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> senders = new ArrayList<>();

    /// @param service its base URL
    SteadyLoad(String service, String match) {
        this(service, match, 0);
    }

    /// @param padding additional bytes in each event
    SteadyLoad(String service, String match, int padding) {
        this.target = URI.create(service + "/api/events");
        this.match = match;
        this.padding = padding;
        for (int sender = 0; sender < SENDERS; sender++) {
            senders.add(Thread.ofVirtual().start(this::send));
        }
    }

    String match() {
        return match;
    }

    /// Different events that were answered with 202.
    long accepted() {
        return accepted.get();
    }

    /// Events that were answered with 202 a second time.
    long repeated() {
        return repeated.get();
    }

    List<Reply> replies() {
        return List.copyOf(replies);
    }

    /// The number of answers with this status. Status 0 counts requests without an answer.
    long count(int status) {
        return replies.stream().filter(reply -> reply.status() == status).count();
    }

    /// The duration of the slowest request that started since then.
    ///
    /// @param nanos as of {@link System#nanoTime}
    Duration slowestSince(long nanos) {
        return replies.stream().filter(reply -> reply.startedNanos() - nanos >= 0).map(Reply::took)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /// Awaits so many more accepted events.
    void awaitMore(int events, Duration limit) {
        long goal = accepted() + events;
        Await.until(limit, events + " more events are accepted", this::accepted, now -> now >= goal);
    }

    private void send() {
        for (int i = 0; !stop.get(); i++) {
            String event = event(match, UUID.randomUUID(), padding);
            while (post(event) != 202) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            accepted.incrementAndGet();
            if (i % 10 == 0 && post(event) == 202) {
                repeated.incrementAndGet();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    static String event(String match, UUID id) {
        return "{\"eventId\":\"%s\",\"matchId\":\"%s\",\"eventType\":\"pass\",\"teamId\":1,\"timestamp\":\"2026-11-21T10:00:00Z\"}"
                .formatted(id, match);
    }

    static String event(String match, UUID id, int padding) {
        return padding == 0
                ? event(match, id)
                : event(match, id).replace("}", ",\"metadata\":{\"text\":\"" + "x".repeat(padding) + "\"}}");
    }

    private int post(String event) {
        long started = System.nanoTime();
        Reply reply = reply(event, started);
        replies.add(reply);
        return reply.status();
    }

    private Reply reply(String event, long started) {
        HttpRequest request = HttpRequest.newBuilder(target).header("Content-Type", "application/json")
                .timeout(ANSWER_LIMIT)
                .POST(BodyPublishers.ofString(event)).build();
        try {
            HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
            return new Reply(response.statusCode(), response.headers().firstValue("Retry-After").isPresent(), started,
                    Duration.ofNanos(System.nanoTime() - started));
        } catch (IOException _) {
            return new Reply(0, false, started, Duration.ofNanos(System.nanoTime() - started));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted");
        }
    }

    /// Stops, and waits until each started event is accepted.
    void finish() throws InterruptedException {
        stop.set(true);
        for (Thread sender : senders) {
            if (!sender.join(Duration.ofMinutes(1))) {
                throw new AssertionError("a sender does not end: its event is not accepted");
            }
        }
    }

    @Override
    public void close() {
        stop.set(true);
        http.shutdownNow();
    }
}
