package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;

/// Reads the receipts of old and new acknowledged events from the serving instances, and checks them. Each event must
/// be known. If the receipt has the time at which Kafka stored the event, it must lie between the first attempt and the
/// 202.
final class JudgedReceipts implements AutoCloseable {

    private static final int MOST_FAULTS = 5;
    /// The tolerance between the clock of the broker, in milliseconds, and this one.
    private static final Duration ROUNDING = Duration.ofMillis(50);

    private record Acknowledged(EventJson event, Instant sent, Instant acknowledged) {}

    private final Fleet fleet;
    private final Duration pause;
    private final Map<UUID, Instant> sent = new ConcurrentHashMap<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong right = new AtomicLong();
    private final AtomicLong unavailable = new AtomicLong();
    private final Paced threads = new Paced();

    JudgedReceipts(Fleet fleet, int perSecond) {
        this.fleet = fleet;
        this.pause = Duration.ofSeconds(1).dividedBy(perSecond);
    }

    /// Called before the first attempt.
    void sending(EventJson event) {
        sent.put(event.eventId(), Instant.now());
    }

    /// Called after the first 202.
    void acknowledged(EventJson event) {
        Instant now = Instant.now();
        Optional.ofNullable(sent.remove(event.eventId())).ifPresent(began -> {
            synchronized (acknowledged) {
                acknowledged.add(new Acknowledged(event, began, now));
            }
        });
    }

    void start() {
        threads.start("receipts", 1, pause, () -> any().ifPresent(this::ask));
    }

    /// The first wrong answers.
    List<String> faults() {
        return wrong.get() == 0
                ? List.of()
                : List.of(wrong + " receipts were wrong, such as: " + String.join("; ", faults));
    }

    @Override
    public String toString() {
        return "%d receipts right, %d wrong, %d with 503".formatted(right.get(), wrong.get(), unavailable.get());
    }

    private Optional<Acknowledged> any() {
        synchronized (acknowledged) {
            return acknowledged.isEmpty()
                    ? Optional.empty()
                    : Optional.of(acknowledged.get(ThreadLocalRandom.current().nextInt(acknowledged.size())));
        }
    }

    private void ask(Acknowledged one) {
        Optional<Integer> instance = fleet.any();
        if (instance.isEmpty()) {
            return;
        }
        try {
            ApiClient.Answer answer = fleet.client(instance.get())
                    .get("/api/matches/" + one.event.matchId() + "/events/" + one.event.eventId());
            if (answer.status() == 503) {
                unavailable.incrementAndGet();
            } else if (isRight(answer, one.sent, one.acknowledged)) {
                right.incrementAndGet();
            } else {
                wrong.incrementAndGet();
                log("instance " + instance.get() + " returned " + answer.status() + ' ' + answer.body()
                        + " for an event sent " + one.sent
                        + " and acknowledged " + one.acknowledged);
            }
        } catch (IOException _) {
            // The instance ended during the request; the reads of matches report unexpected ends.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static boolean isRight(ApiClient.Answer answer, Instant sent, Instant acknowledged) throws IOException {
        if (answer.status() != 200) {
            return false;
        }
        JsonNode body = answer.json();
        if (!body.path("counted").asBoolean()) {
            return false;
        }
        if (body.path("acceptedAt").isNull()) {
            // No replica of the identities was readable; the answer came from ClickHouse.
            return body.path("stored").asBoolean();
        }
        Instant accepted = Instant.parse(body.path("acceptedAt").asText());
        return !accepted.isBefore(sent.minus(ROUNDING)) && !accepted.isAfter(acknowledged.plus(ROUNDING));
    }

    private void log(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(what);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
