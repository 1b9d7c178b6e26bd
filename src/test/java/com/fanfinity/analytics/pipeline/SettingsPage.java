package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The page of `topology-docs` that lists topics and stores with their settings.
final class SettingsPage {

    private static final Set<String> TIMES = Set.of("retention.ms", "segment.ms");
    private static final Set<String> SIZES = Set.of("segment.bytes", "max.message.bytes");

    private SettingsPage() {}

    static String of(Layout layout) {
        StringBuilder page = new StringBuilder(
                """
                        # Settings of topics and stores

                        The code creates topics and stores with these settings, from the defaults of `.env.example`.
                        This page is generated. `TopologyDocsTest` fails if it differs from the code, and
                        `mvn test -Dtest=TopologyDocsTest -Dupdate.docs=true` writes it. The
                        [pages of the stages](README.md#stages) describe the content and the purpose of each.

                        ## Topics

                        The service creates missing topics at its start, with `KAFKA_PARTITIONS` partitions. With a
                        `KAFKA_REPLICATION_FACTOR` of 1 or 2, topics get no `min.insync.replicas`. All other settings
                        are the broker's defaults. The service does not change existing topics, with one exception: if
                        a topic has 3 replicas and its `min.insync.replicas` is the broker's 1, the service sets 2. A 1
                        that was set on the topic itself refuses the start.

                        | topic | settings |
                        |---|---|
                        """);
        layout.topics().forEach(topic -> row(page, topic.name(), settings(topic.configs())));
        page.append(
                """

                        ## Stores

                        All stores use RocksDB, in `STATE_DIR`, within the memory of `STREAMS_ROCKSDB_MEMORY`. All have
                        a changelog. A cached store gathers writes (`STREAMS_CACHE`, for all stores together) until the
                        commit, so the changelog gets only the last value of a key.

                        | store | kind | kept | cached | used by |
                        |---|---|---|---|---|
                        """);
        layout.stores().forEach(store -> row(page, store.name(), store.windowed() ? "window" : "key-value",
                store.windowed()
                        ? text(store.retention()) + " of stream time (`STREAMS_DEDUPE_WINDOW` and a bucket of 2 d)"
                        : "until deleted",
                store.cached() ? "yes" : "no",
                store.usedBy().stream().map(name -> '`' + name + '`').collect(Collectors.joining(", "))));
        page.append("""

                ## Internal topics

                Streams creates them, with as many partitions as `match-events`. With a `KAFKA_REPLICATION_FACTOR` of 3
                or more they also get `min.insync.replicas=2`. With -1, the service sets that value right after their
                creation if they have 3 replicas or more. The changelog of `seen-events` is an exception: the service
                creates it first, with a longer `retention.ms`, and raises that of an existing one. It is the retention
                of the store and of `match-events` together (11 d).

                | topic | settings |
                |---|---|
                """);
        layout.internalTopics().forEach((name, settings) -> row(page, name, settings(settings)));
        return page.toString();
    }

    private static void row(StringBuilder page, String name, String... cells) {
        page.append("| `").append(name).append("` | ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String settings(Map<String, String> settings) {
        return new TreeMap<>(settings).entrySet().stream()
                .map(setting -> "`" + setting.getKey() + "=" + setting.getValue() + "`"
                        + inWords(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining("<br>"));
    }

    private static String inWords(String name, String value) {
        if (TIMES.contains(name) && !value.equals("-1")) {
            return " (" + text(Duration.ofMillis(Long.parseLong(value))) + ")";
        }
        return SIZES.contains(name) ? " (" + (Long.parseLong(value) >> 20) + " MiB)" : "";
    }

    private static String text(Duration duration) {
        return duration.toHours() % 24 == 0 ? duration.toDays() + " d" : duration.toHours() + " h";
    }
}
