package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import com.fanfinity.analytics.stack.ApiClient;

/// Moderate load without faults: about 40 events a second in four matches, one small batch and five reads a second.
final class DrillLoad implements AutoCloseable {

    static final List<String> MATCHES = List.of("drill-1", "drill-2", "drill-3", "drill-4");
    private static final int SENDERS = 4;

    private final List<RepeatedAction> feed;
    private final RepeatedAction reads;

    DrillLoad(ApiClient api) {
        Stream<RepeatedAction> single = Stream
                .generate(() -> new RepeatedAction(Duration.ofMillis(90), () -> api.postEvent(now(anyMatch(), "pass"))))
                .limit(SENDERS);
        feed = Stream.concat(single, Stream.of(new RepeatedAction(Duration.ofSeconds(1),
                () -> api.postBatch(Collections.nCopies(5, now(anyMatch(), "shot")))))).toList();
        reads = new RepeatedAction(Duration.ofMillis(200), () -> {
            api.get("/api/matches?status=live");
            api.get("/api/matches/" + anyMatch() + "/metrics");
        });
    }

    static String anyMatch() {
        return MATCHES.get(ThreadLocalRandom.current().nextInt(MATCHES.size()));
    }

    /// An event with the current time.
    static String now(String match, String type) {
        return event(match, type, Instant.now(), "");
    }

    /// @param more further members, such as `,"eventId":"…"`
    static String event(String match, String type, Instant at, String more) {
        return "{\"matchId\":\"%s\",\"eventType\":\"%s\",\"teamId\":\"home\",\"timestamp\":\"%s\"%s}".formatted(match,
                type, at, more);
    }

    /// Starts each match, so that it is live.
    static void kickOff(ApiClient api) throws IOException, InterruptedException {
        for (String match : MATCHES) {
            api.postEvent("{\"matchId\":\"%s\",\"eventType\":\"match_start\",\"timestamp\":\"%s\"}".formatted(match,
                    Instant.now()));
        }
    }

    /// Stops the senders, not the readers.
    void pause() {
        feed.forEach(RepeatedAction::pause);
    }

    void resume() {
        feed.forEach(RepeatedAction::resume);
    }

    @Override
    public void close() {
        feed.forEach(RepeatedAction::close);
        reads.close();
    }
}
