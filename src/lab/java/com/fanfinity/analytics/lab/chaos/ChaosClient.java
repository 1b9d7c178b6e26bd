package com.fanfinity.analytics.lab.chaos;

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
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.lab.verify.AcceptedModel;
import com.fanfinity.analytics.lab.verify.EventJson;

/// A client that follows the contract: it repeats each event with the same id until the service returns 202. It also
/// repeats some accepted events, and sends some events twice at the same time.
///
/// The number of events without a 202 is bounded: a full client blocks its sender.
public final class ChaosClient implements AutoCloseable {

    private static final int WORKERS = 128;
    private static final int MOST_PENDING = 30_000;
    /// Longer than the service's INGEST_TIMEOUT of 5 s.
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(7);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Targets targets;
    private final AcceptedModel accepted;
    private final Sent sent;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final DelayQueue<Sending> queue = new DelayQueue<>();
    private final Semaphore room = new Semaphore(MOST_PENDING);
    private final List<Thread> workers;
    private final Map<String, AtomicLong> unanswered = new ConcurrentHashMap<>();
    private final AtomicLong repeatsAccepted = new AtomicLong();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_600),
            () -> ThreadLocalRandom.current().nextDouble());

    /// @param accepted records each event with a 202
    public ChaosClient(Targets targets, AcceptedModel accepted, Sent sent) {
        this.targets = targets;
        this.accepted = accepted;
        this.sent = sent;
        this.workers = IntStream.range(0, WORKERS).mapToObj(_ -> Thread.ofVirtual().start(this::work)).toList();
    }

    /// Sends events in one request, as soon as there is room for them. It sends 3 % of the requests twice at the same
    /// time.
    void send(List<EventJson> events) throws InterruptedException {
        sent.sending(events);
        enqueue(Sending.now(events));
        if (ThreadLocalRandom.current().nextInt(100) < 3) {
            enqueue(Sending.now(events));
        }
    }

    /// The number of events without a 202, including repeated events.
    public int pending() {
        return MOST_PENDING - room.availablePermits();
    }

    /// The number of events that got a second 202.
    public long repeatsAccepted() {
        return repeatsAccepted.get();
    }

    /// The number of repeated requests by the outcome of the first attempt.
    public SortedMap<String, Long> unanswered() {
        SortedMap<String, Long> counts = new TreeMap<>();
        unanswered.forEach((how, count) -> counts.put(how, count.get()));
        return counts;
    }

    /// Events that the service rejected as invalid, although all are valid.
    public List<String> refused() {
        return List.copyOf(refused);
    }

    private void enqueue(Sending sending) throws InterruptedException {
        room.acquire(sending.events().size());
        queue.add(sending);
    }

    private void work() {
        try {
            while (true) {
                attempt(queue.take());
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void attempt(Sending sending) throws InterruptedException {
        Targets.Target target = targets.next();
        long begun = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request(target, sending), BodyHandlers.ofString());
            target.answered(response.statusCode());
            judge(sending, response, begun);
        } catch (IOException _) {
            target.silent();
            again(sending, sending.events(), "no answer", backoff.after(sending.attempts() + 1));
        }
    }

    private static HttpRequest request(Targets.Target target, Sending sending) {
        boolean single = sending.events().size() == 1;
        String body = single
                ? sending.events().getFirst().json()
                : "[" + String.join(",", sending.events().stream().map(EventJson::json).toList()) + "]";
        return HttpRequest.newBuilder(URI.create(target.url() + (single ? "/api/events" : "/api/events/batch")))
                .timeout(REQUEST_LIMIT)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build();
    }

    private void judge(Sending sending, HttpResponse<String> response, long begun) throws IOException {
        switch (response.statusCode()) {
            case 202 -> accept(sending.events(), sending.repeat(), begun);
            case 207 -> acceptPart(sending, JSON.readTree(response.body()), begun);
            case 400, 413, 415 -> {
                refused.add(response.statusCode() + ": " + response.body());
                room.release(sending.events().size());
            }
            default -> again(sending, sending.events(), Integer.toString(response.statusCode()), retryAfter(response));
        }
    }

    private void acceptPart(Sending sending, JsonNode answer, long begun) {
        answer.required("rejected").forEach(rejected -> refused.add(rejected.toString()));
        List<EventJson> taken = new ArrayList<>(sending.events());
        List<EventJson> left = new ArrayList<>();
        answer.required("unavailable").forEach(index -> left.add(sending.events().get(index.asInt())));
        taken.removeAll(left);
        accept(taken, sending.repeat(), begun);
        again(sending, left, "207", LONGEST_RETRY_AFTER);
    }

    private void accept(List<EventJson> events, boolean repeat, long begun) {
        List<EventJson> first = new ArrayList<>();
        for (EventJson event : events) {
            if (accepted.accept(event)) {
                first.add(event);
            } else {
                repeatsAccepted.incrementAndGet();
            }
            if (!repeat && ThreadLocalRandom.current().nextInt(10) == 0 && room.tryAcquire()) {
                queue.add(Sending.repeat(Duration.ofMillis(ThreadLocalRandom.current().nextLong(20_000)), event));
            }
        }
        sent.accepted(first, begun);
        room.release(events.size());
    }

    private void again(Sending sending, List<EventJson> left, String how, Duration delay) {
        unanswered.computeIfAbsent(how, _ -> new AtomicLong()).incrementAndGet();
        queue.add(sending.again(delay, left));
    }

    private static Duration retryAfter(HttpResponse<String> response) {
        Duration asked = Duration.ofSeconds(response.headers().firstValueAsLong("Retry-After").orElse(1));
        Duration bounded = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
        return bounded.plusMillis(ThreadLocalRandom.current().nextLong(200));
    }

    @Override
    public void close() {
        workers.forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
