package com.fanfinity.analytics.kubernetes;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every combination of those main values that meet in the same objects; what only adds objects of its own goes with every set of roles.
final class Combinations {

    /// Each of them is on or off, or one of several; every choice is combined with every other.
    private static final List<List<Map<String, Object>>> FEATURES = List.of(
            List.of(Map.of(),
                    Map.of("secrets.source", "externalSecrets", "secrets.keys.kafkaClientConfig", "client.properties"),
                    Map.of("secrets.source", "vault", "secrets.keys.adminKey", "admin-key", "secrets.keys.clickhousePassword", "")),
            // The second and third meet in no object with the first, so each goes with all the others all the same.
            List.of(Map.of(), Map.of("ingest.autoscaling.enabled", false, "backup.enabled", true, "tracing.enabled", true)),
            List.of(Map.of(), Map.of("streams.persistence.enabled", false, "streams.replicas", 1, "streams.standbys", 0)),
            List.of(Map.of(), Map.of("sink.keda.enabled", false),
                    Map.of("sink.keda.prometheus.enabled", false, "sink.keda.kafkaMetadata", Map.of("tls", "enable"),
                            "sink.keda.authentication",
                            List.of(Map.of("parameter", "ca", "name", "kafka-login", "key", "ca.crt")))),
            List.of(Map.of(), Map.of("networkPolicy.enabled", false)));

    private static final Map<String, Object> MORE = Map.of("ingress.enabled", true, "ingress.className", "traefik", "ingress.annotations",
            Map.of("a/b", "c"), "monitoring.serviceMonitor.enabled", true, "monitoring.rules.enabled", true);

    /// Each alone: what differs from the defaults in no other way than by a text.
    private static final List<Map<String, Object>> OTHERS = List.of(
            Map.of("fullnameOverride", "f", "nameOverride", "n", "commonLabels", Map.of("team", "data")),
            Map.of("fullnameOverride", "a-name-that-is-longer-than-all-names-which-anyone-would-give-to-it", "backup.enabled", true),
            Map.ofEntries(entry("image.digest", "sha256:" + "0".repeat(64)), entry("imagePullSecrets", List.of("registry")),
                    entry("settings", Map.of("STREAMS_CACHE", "64MiB")), entry("sink.settings", Map.of("SINK_BATCH_ROWS", "100000")),
                    entry("streams.standbys", 2), entry("streams.persistence.storageClass", "fast"),
                    entry("podAnnotations", Map.of("a", "b")),
                    entry("nodeSelector", Map.of("disk", "ssd")), entry("priorityClassName", "high"),
                    entry("tolerations", List.of(Map.of("key", "k", "operator", "Exists"))), entry("kafka.topicPrefix", "staging-"),
                    entry("topologySpread.nodes", "DoNotSchedule"), entry("shutdown.timeoutSeconds", 60)),
            Map.of("backup.enabled", true, "backup.to", "S3(backups_bucket, 'analytics/{name}')", "backup.retention.claim", "backups",
                    "backup.user", 101, "backup.image.digest", "", "tracing.enabled", true, "tracing.ratio", 1),
            Map.of("backup.enabled", true, "networkPolicy.prometheusFrom", List.of(), "networkPolicy.clientsFrom", List.of(),
                    "networkPolicy.extraEgress",
                    List.of(Map.of("to", List.of(Map.of("ipBlock", Map.of("cidr", "10.0.0.0/8"))), "ports", List.of(Map.of("port", 9093)))),
                    "networkPolicy.kafka.ports", List.of(9092, 9093)));

    private static final List<String> ROLES = List.of("ingest", "streams", "live", "sink");

    private Combinations() {}

    /// Values by path: all of the features, then every set of roles with everything on, then the others.
    static List<Map<String, Object>> all() {
        List<Map<String, Object>> all = new ArrayList<>(List.of(Map.of()));
        for (List<Map<String, Object>> choices : FEATURES) {
            all = all.stream().flatMap(before -> choices.stream().map(choice -> with(before, choice))).toList();
        }
        List<Map<String, Object>> combinations = new ArrayList<>(all);
        for (int roles = 1; roles < 1 << ROLES.size(); roles++) {
            combinations.add(with(everythingOn(), onlyRoles(roles)));
        }
        combinations.addAll(OTHERS);
        return combinations;
    }

    /// All that the chart can make, but the two other sources of secrets.
    static Map<String, Object> everythingOn() {
        Map<String, Object> on = new HashMap<>(MORE);
        FEATURES.forEach(choices -> choices.forEach(choice -> choice.forEach((path, value) -> {
            if (!Boolean.FALSE.equals(value) && !path.startsWith("secrets.") && !path.startsWith("streams.")) {
                on.put(path, value);
            }
        })));
        return on;
    }

    private static Map<String, Object> onlyRoles(int bits) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < ROLES.size(); i++) {
            values.put(ROLES.get(i) + ".enabled", (bits >> i & 1) == 1);
        }
        return values;
    }

    private static Map<String, Object> with(Map<String, Object> values, Map<String, Object> more) {
        Map<String, Object> merged = new HashMap<>(values);
        merged.putAll(more);
        return merged;
    }
}
