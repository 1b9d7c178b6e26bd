package com.fanfinity.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.ApiClient;
import com.fanfinity.analytics.testing.Await;
import com.fanfinity.analytics.testing.PersistentSender;
import com.fanfinity.analytics.testing.SharedData;
import com.fanfinity.analytics.testing.SharedData.RecordedMatch;
import com.fanfinity.analytics.testing.Stack;
import com.fanfinity.analytics.testing.TruthCheck;

/// Real matches through the whole of it: three processes, nothing replaced. What comes out is the truth of each match.
class EndToEndIT {

    private static final long SEED = 2018;
    private static final int BATCH = 200;
    private static final Duration SETTLE = Duration.ofSeconds(90);

    private static Stack stack;
    private static ApiClient api;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("end-to-end");
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void matches_shuffledAndRepeated_areTheirTruth() throws IOException, InterruptedException {
        List<RecordedMatch> matches = SharedData.matches();
        PersistentSender sender = new PersistentSender(api);

        for (RecordedMatch match : matches) {
            send(sender, shuffledWithRepeats(match.events(), new Random(SEED)), () -> {});
        }

        TruthCheck check = new TruthCheck(api, SETTLE);
        for (RecordedMatch match : matches) {
            check.check(match.truth());
        }
        assertEquals("0", api.rows("SELECT count() FROM fanfinity.dead_letters").getFirst(), "no event of them is a dead letter");
    }

    @Test
    void match_allProcessesKilledInTheMiddle_isItsTruth() throws IOException, InterruptedException {
        RecordedMatch recorded = SharedData.matches().getFirst();
        String killed = recorded.truth().matchId() + "-killed";
        List<String> events = recorded.events().stream().map(event -> event.replace(recorded.truth().matchId(), killed)).toList();
        PersistentSender sender = new PersistentSender(api);

        send(sender, shuffledWithRepeats(events, new Random(SEED + 1)), this::killAll);

        assertTrue(sender.repeated() > 0, "the kill fell into the sending");
        new TruthCheck(api, SETTLE).check(recorded.truth().of(killed));
    }

    /// Events of 1998 and of today, in turn, on one partition: none is late.
    @Test
    void matches_yearsApartOnOnePartition_areBothCounted() throws IOException, InterruptedException {
        String neighbour = Partitions.neighbourOf("years-apart", 12);
        PersistentSender sender = new PersistentSender(api);

        for (int i = 0; i < 50; i++) {
            sender.one(pass("years-apart", "2026-11-21T10:%02d:00Z".formatted(i)));
            sender.one(pass(neighbour, "1998-07-12T20:%02d:00Z".formatted(i)));
        }

        for (String match : List.of("years-apart", neighbour)) {
            Await.until(SETTLE, match + " counts 50 minutes of one event", () -> {
                var windows = api.get("/api/matches/" + match + "/timeline").json().path("windows");
                return windows.size() == 50 && windows.findValues("events").stream().allMatch(events -> events.asInt() == 1);
            });
        }
    }

    private static String pass(String matchId, String timestamp) {
        return "{\"eventId\":\"%s\",\"matchId\":\"%s\",\"eventType\":\"pass\",\"teamId\":1,\"timestamp\":\"%s\"}"
                .formatted(UUID.nameUUIDFromBytes(timestamp.getBytes(UTF_8)), matchId, timestamp);
    }

    private void killAll() {
        stack.service().kill();
        stack.kafka().kill();
        stack.clickHouse().kill();
        try {
            stack.clickHouse().restart();
            stack.kafka().restart();
            stack.service().restart();
        } catch (IOException e) {
            throw new AssertionError("a part does not come back", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One half singly, the other half in batches, `halfway` in between, while a batch is under way.
    private static void send(PersistentSender sender, List<String> events, Runnable halfway) throws InterruptedException {
        List<String> single = events.subList(0, events.size() / 2);
        List<String> batched = events.subList(events.size() / 2, events.size());
        single.parallelStream().forEach(sender::one);
        Thread disturbance = Thread.ofPlatform().start(halfway);
        for (int from = 0; from < batched.size(); from += BATCH) {
            sender.batch(batched.subList(from, Math.min(batched.size(), from + BATCH)));
        }
        disturbance.join();
    }

    private static List<String> shuffledWithRepeats(List<String> events, Random random) {
        List<String> sent = new ArrayList<>(events);
        events.stream().filter(_ -> random.nextInt(10) == 0).forEach(sent::add);
        Collections.shuffle(sent, random);
        return sent;
    }
}
