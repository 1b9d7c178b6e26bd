package com.fanfinity.analytics.kubernetes;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every combination of the main values that affect the same objects. Values that only add objects are in every set of
/// roles.
final class Combinations {

    /// One list of choices per feature. Every choice is combined with every choice of the other features.
    private static final List<List<Map<String, Object>>> FEATURES = List.of(
            List.of(Map.of(),
                    Map.of("secrets.source", "externalSecrets", "secrets.keys.kafkaClientConfig", "client.properties",
                            "secrets.keys.kafkaPassword", "kafka-password", "secrets.keys.kafkaCa", "ca.crt",
                            "settings", Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_USER", "fanfinity")),
                    Map.of("secrets.source", "vault", "secrets.keys.adminKey", "admin-key",
                            "secrets.keys.clickhousePassword", "")),
            // The backup and tracing affect no object of autoscaling, so one choice covers all three.
            List.of(Map.of(),
                    Map.of("ingest.autoscaling.enabled", false, "backup.enabled", true, "tracing.enabled", true)),
            List.of(Map.of(),
                    Map.of("streams.persistence.enabled", false, "streams.replicas", 1, "streams.standbys", 0)),
            List.of(Map.of(), Map.of("sink.keda.enabled", false),
                    Map.of("sink.keda.prometheus.enabled", false, "sink.keda.kafkaMetadata", Map.of("tls", "enable"),
                            "sink.keda.authentication",
                            List.of(Map.of("parameter", "ca", "name", "kafka-login", "key", "ca.crt")))),
            List.of(Map.of(), Map.of("networkPolicy.enabled", false)));

    private static final Map<String, Object> MORE = Map.of("ingress.enabled", true, "ingress.className", "traefik",
            "ingress.annotations",
            Map.of("a/b", "c"), "monitoring.serviceMonitor.enabled", true, "monitoring.rules.enabled", true);

    /// Values that only change texts. Each set is rendered alone.
    private static final List<Map<String, Object>> OTHERS = List.of(
            Map.of("fullnameOverride", "f", "nameOverride", "n", "commonLabels", Map.of("team", "data")),
            Map.of("fullnameOverride", "a-name-that-is-longer-than-all-names-which-anyone-would-give-to-it",
                    "backup.enabled", true),
            Map.ofEntries(entry("image.digest", "sha256:" + "0".repeat(64)),
                    entry("imagePullSecrets", List.of("registry")),
                    entry("settings", Map.of("STREAMS_CACHE", "64MiB")),
                    entry("sink.settings", Map.of("SINK_BATCH_ROWS", "100000")),
                    entry("streams.standbys", 2), entry("streams.persistence.storageClass", "fast"),
                    entry("podAnnotations", Map.of("a", "b")),
                    entry("trustedProxies", List.of("10.0.0.0/8", "fd00::/8")),
                    entry("nodeSelector", Map.of("disk", "ssd")), entry("priorityClassName", "high"),
                    entry("tolerations", List.of(Map.of("key", "k", "operator", "Exists"))),
                    entry("kafka.topicPrefix", "staging-"),
                    entry("topologySpread.nodes", "DoNotSchedule"), entry("shutdown.timeoutSeconds", 60)),
            Map.of("backup.enabled", true, "backup.to", "S3(backups_bucket, 'analytics/{name}')",
                    "backup.retention.claim", "backups",
                    "backup.user", 101, "backup.image.digest", "", "tracing.enabled", true, "tracing.ratio", 1),
            Map.of("backup.enabled", true, "networkPolicy.prometheusFrom", List.of(), "networkPolicy.clientsFrom",
                    List.of(),
                    "networkPolicy.extraEgress",
                    List.of(Map.of("to", List.of(Map.of("ipBlock", Map.of("cidr", "10.0.0.0/8"))), "ports",
                            List.of(Map.of("port", 9093)))),
                    "networkPolicy.kafka.ports", List.of(9092, 9093)));

    private static final List<String> ROLES = List.of("ingest", "streams", "live", "sink");

    private Combinations() {}

    /// Values by path: all combinations of features, then every set of roles with all features on, then the other
    /// values.
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

    /// All features of the chart, with the default source of secrets.
    static Map<String, Object> everythingOn() {
        Map<String, Object> on = new HashMap<>(MORE);
        FEATURES.forEach(choices -> choices.forEach(choice -> choice.forEach((path, value) -> {
            if (!Boolean.FALSE.equals(value) && !path.startsWith("secrets.") && !path.startsWith("streams.")
                    && !path.equals("settings")) {
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
