package com.fanfinity.analytics.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFactsTest {

    private static String refusal(ServerFacts facts) {
        return facts.refusal("fanfinity").orElse("none");
    }

    @Test
    void noDatabaseYet_isAccepted() {
        assertEquals(Optional.empty(), new ServerFacts(false, "", Map.of()).refusal("fanfinity"));
    }

    @Test
    void tablesOfThisServer_areAccepted() {
        assertEquals(Optional.empty(), new ServerFacts(false, "Atomic",
                Map.of("match_events", "ReplacingMergeTree", "sink_marks", "MergeTree")).refusal("fanfinity"));
    }

    @Test
    void cloud_isRefused() {
        assertTrue(refusal(new ServerFacts(true, "", Map.of())).startsWith("ClickHouse Cloud is not supported. "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Replicated", "Shared", "Memory", "Ordinary"})
    void otherDatabaseEngine_isRefused(String engine) {
        assertTrue(refusal(new ServerFacts(false, engine, Map.of()))
                .startsWith("the database fanfinity has the engine " + engine + ", but needs Atomic. "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReplicatedReplacingMergeTree", "SharedReplacingMergeTree", "SharedMergeTree",
        "Distributed", "Buffer", "Null", "Memory"})
    void otherTableEngine_isRefused(String engine) {
        String refusal = refusal(
                new ServerFacts(false, "Atomic", Map.of("dead_letters", "MergeTree", "match_events", engine)));

        assertTrue(refusal.startsWith("the table fanfinity.match_events has the engine " + engine
                + ", but needs a MergeTree engine without replication. "), refusal);
    }
}
