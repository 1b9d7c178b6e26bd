package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.LedgerCheck;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;

/// The procedure *Recount*: a second deployment counts the same events from the start, with its own topics, state and
/// tables, and then takes over.
@Tag("endurance")
class CountAnewIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int EVENTS = 400;
    private static final String MAIN = "com.fanfinity.analytics.Main";

    private final Map<String, String> secondDeployment = Map.of("KAFKA_TOPIC_PREFIX", "v2.", "KAFKA_EVENTS_TOPIC",
            "match-events");

    @Test
    void recount_besideTheRunningService_takesOverWithTheSameCounts() throws Exception {
        try (Stack stack = Stack.start("recount", Map.of("LEDGER_INTERVAL", "1s"));
                ApiClient api = stack.client()) {
            send(new PersistentSender(api), 0);
            awaitRows(api, "fanfinity", EVENTS);
            try (ServiceProcess second = service(stack,
                    Map.of("ROLES", "streams,sink", "CLICKHOUSE_DATABASE", "fanfinity_v2"))) {
                send(new PersistentSender(api), EVENTS);
                awaitRows(api, "fanfinity_v2", 2 * EVENTS);
                awaitRows(api, "fanfinity", 2 * EVENTS);
                stack.service().close();
                second.terminate();
            }
            swap(stack, "fanfinity", "fanfinity_v2");

            // The third instance has an empty disk, so it restores the second deployment's state from the changelogs.
            try (ServiceProcess third = service(stack,
                    Map.of("LEDGER_INTERVAL", "1s", "STATE_DIR", stack.directory().resolve("empty").toString()));
                    ApiClient now = new ApiClient(third.url(), stack.clickHouse().url())) {
                send(new PersistentSender(now), 2 * EVENTS);
                assertEquals(List.of(),
                        new LedgerCheck(List.of(third.url()), stack.clickHouse().url(), LIMIT).broken(3 * EVENTS));
                Await.until(LIMIT, "live counts",
                        () -> now.get("/api/matches/recount/metrics").json().path("totalEvents").asLong(),
                        total -> total == 3 * EVENTS);
                assertEquals(List.of(3 * EVENTS + "\t" + 3 * EVENTS),
                        now.rows("SELECT count(), uniqExact(event_id) FROM fanfinity.match_events"));
                assertEquals(List.of(Integer.toString(2 * EVENTS)),
                        now.rows("SELECT count() FROM fanfinity_v2.match_events"));
            }
        }
    }

    private ServiceProcess service(Stack stack, Map<String, String> settings) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(secondDeployment);
        environment.putAll(Map.of("KAFKA_BOOTSTRAP_SERVERS", stack.kafka().bootstrapServers(), "CLICKHOUSE_URL",
                stack.clickHouse().url(),
                "STATE_DIR", stack.directory().resolve("streams-v2").toString()));
        environment.putAll(settings);
        return ServiceProcess.start(MAIN, Ports.free(), environment, stack.directory().resolve("service-v2.log"));
    }

    private static void send(PersistentSender sender, int first) {
        sender.batch(
                IntStream.range(first, first + EVENTS)
                        .mapToObj(number -> EventJson.of("recount", "pass", number).team("A").json()).toList());
    }

    private static void awaitRows(ApiClient api, String database, int rows) {
        Await.until(LIMIT, rows + " rows in " + database,
                () -> api.rows("SELECT count() FROM " + database + ".match_events").getFirst(),
                count -> Long.parseLong(count) == rows);
    }

    private static void swap(Stack stack, String current, String recounted) throws IOException, InterruptedException {
        Program.Result result = Program.find("env").run(LIMIT, ProjectDir.find(), "",
                "CLICKHOUSE_URL=" + stack.clickHouse().url(), "sh",
                "ops/clickhouse/swap.sh", current, recounted);
        assertEquals(0, result.exitCode(), result.output());
    }
}
