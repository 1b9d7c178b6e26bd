package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// The guarantee: every accepted event is counted once and stored once, and every repeated event is reported as a
/// duplicate.
final class ExactlyOnce {

    private static final Duration SETTLE = Duration.ofSeconds(90);

    private final ApiClient api;
    private final String database;

    ExactlyOnce(ApiClient api) {
        this(api, "fanfinity");
    }

    ExactlyOnce(ApiClient api, String database) {
        this.api = api;
        this.database = database;
    }

    /// Ends the load and checks all its events.
    void check(SteadyLoad load) throws IOException, InterruptedException {
        load.finish();
        counted(load.match(), load.accepted());
        Await.until(SETTLE, load.repeated() + " repeats are reported as duplicates",
                () -> api.get("/api/matches/" + load.match() + "/metrics").json().path("duplicates").asLong() >= load
                        .repeated());
        stored(load.match(), load.accepted());
        assertEquals(load.accepted(), total(load.match()), "counted, after all of it is stored");
    }

    /// Awaits that live reads contain all events accepted so far, while the load continues.
    void counted(String match, SteadyLoad load) {
        long now = load.accepted();
        Await.until(SETTLE, match + " counts " + now, () -> total(match), total -> total >= now);
    }

    void counted(String match, long events) throws IOException, InterruptedException {
        Await.until(SETTLE, match + " counts " + events, () -> total(match), total -> total >= events);
        assertEquals(events, total(match), "counted");
    }

    void stored(String match, long events) throws IOException, InterruptedException {
        String from = " FROM " + database + ".match_events WHERE match_id = '" + match + "'";
        Await.until(SETTLE, events + " events of " + match + " are stored",
                () -> Long.parseLong(api.rows("SELECT count()" + from).getFirst()), count -> count >= events);
        assertEquals(List.of(events + "\t" + events), api.rows("SELECT count(), uniqExact(event_id)" + from),
                "stored, without FINAL");
    }

    private long total(String match) throws IOException, InterruptedException {
        return api.get("/api/matches/" + match + "/metrics").json().path("totalEvents").asLong();
    }
}
