package com.fanfinity.analytics.shipping;

import static java.util.Map.entry;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Rules for every service of compose.yaml, in addition to the schema.
final class ComposeRules {

    private static final Pattern PINNED = Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+[\\w.-]*@sha256:[0-9a-f]{64}");
    private static final Pattern OWN_IMAGE = Pattern
            .compile("\\$\\{FANFINITY_IMAGE:-fanfinity-analytics:\\d+\\.\\d+\\.\\d+}");
    private static final Pattern SECRET_NAME = Pattern.compile(".*(PASSWORD|SECRET|TOKEN|_KEY)(_.*)?");

    /// Services that end soon. Other services wait for their end.
    private static final Set<String> ONCE = Set.of("backups-volume", "kafka-access");

    /// A service that shares the network of another one, whose loopback it needs.
    private static final Map<String, String> SHARED_NETWORK = Map.of("kafka-access", "service:kafka");

    /// Jaeger's image has no program for a health check, and the simulator has no port.
    private static final Set<String> WITHOUT_HEALTH_CHECK = Set.of("jaeger", "simulator", "backups-volume",
            "kafka-access");

    /// Service → the services that must be healthy before it starts.
    private static final Map<String, Set<String>> ORDER = Map.ofEntries(
            entry("service", Set.of("kafka", "kafka-access", "clickhouse")),
            entry("service-2", Set.of("kafka", "kafka-access", "clickhouse")),
            entry("service-3", Set.of("kafka", "kafka-access", "clickhouse")),
            entry("kafka-access", Set.of("kafka")),
            entry("proxy", Set.of("service", "service-2", "service-3")), entry("simulator", Set.of("service")),
            entry("prometheus", Set.of("service", "alertmanager")),
            entry("grafana", Set.of("prometheus", "clickhouse")),
            entry("kafka-ui", Set.of("kafka", "kafka-access")), entry("clickhouse", Set.of("backups-volume")),
            entry("backup", Set.of("clickhouse")));

    private static final Map<String, Set<String>> PROFILES = Map.of("tools", Set.of("kafka-ui"), "tracing",
            Set.of("jaeger"), "demo",
            Set.of("simulator"), "scale", Set.of("service-2", "service-3", "proxy"), "backup", Set.of("backup"), "",
            Set.of("service", "kafka", "kafka-access", "clickhouse", "backups-volume", "prometheus", "alertmanager",
                    "grafana"));

    private final Yaml compose;
    private final List<String> faults = new ArrayList<>();

    private ComposeRules(Yaml compose) {
        this.compose = compose;
    }

    /// @return one line for each fault, starting with the service
    static List<String> faults(String text) {
        ComposeRules rules = new ComposeRules(Yaml.parse(text));
        rules.services().forEach((name, service) -> {
            rules.image(name, service);
            rules.confinement(name, service);
            rules.limits(name, service);
            rules.health(name, service);
            rules.order(name, service);
            rules.volumes(name, service);
            rules.secrets(name, service);
        });
        rules.profiles();
        return rules.faults;
    }

    private Map<String, Yaml> services() {
        return compose.at("services").map();
    }

    private void expect(boolean so, String service, String otherwise) {
        if (!so) {
            faults.add(service + ": " + otherwise);
        }
    }

    private void image(String name, Yaml service) {
        String image = service.at("image").text();
        expect(PINNED.matcher(image).matches() || OWN_IMAGE.matcher(image).matches(), name,
                "image without version and digest: " + image);
    }

    private void confinement(String name, Yaml service) {
        service.at("ports").texts()
                .forEach(port -> expect(port.startsWith("127.0.0.1:"), name, "port not on loopback only: " + port));
        expect(service.at("cap_drop").texts().equals(List.of("ALL")), name, "keeps capabilities");
        expect(service.at("security_opt").texts().contains("no-new-privileges:true"), name, "can gain privileges");
        expect(!service.has("cap_add") && !service.has("privileged") && !service.has("pid")
                && service.at("network_mode").text().equals(SHARED_NETWORK.getOrDefault(name, "")), name,
                "has more privileges than it needs");
        if (OWN_IMAGE.matcher(service.at("image").text()).matches()) {
            expect(service.at("read_only").text().equals("true"), name, "root file system is writable");
            expect(service.at("user").text().equals("10001:10001"), name, "user is " + service.at("user").text());
            expect(!service.at("environment", "JAVA_TOOL_OPTIONS").text().contains("agent"), name,
                    "an agent in the health check");
        }
    }

    private void limits(String name, Yaml service) {
        Map<String, Yaml> limits = service.at("deploy", "resources", "limits").map();
        expect(limits.keySet().equals(Set.of("cpus", "memory", "pids")), name,
                "has limits only for " + limits.keySet());
        expect(!service.at("logging", "options", "max-size").text().isEmpty(), name, "log grows without limit");
    }

    private void health(String name, Yaml service) {
        if (WITHOUT_HEALTH_CHECK.contains(name)) {
            return;
        }
        Yaml check = service.at("healthcheck");
        expect(check.at("test").list().size() > 1 && check.has("interval") && check.has("timeout")
                && check.has("retries")
                && check.has("start_period"), name, "health check is incomplete");
    }

    private void order(String name, Yaml service) {
        Map<String, Yaml> after = service.at("depends_on").map();
        expect(after.keySet().equals(ORDER.getOrDefault(name, Set.of())), name, "starts after " + after.keySet());
        after.forEach((other, how) -> {
            if (ONCE.contains(other)) {
                expect(how.at("condition").text().equals("service_completed_successfully")
                        && services().getOrDefault(other, compose).at("restart").text().equals("no"), name,
                        other + " would never end");
                return;
            }
            expect(how.at("condition").text().equals("service_healthy"), name,
                    "does not wait until " + other + " is healthy");
            expect(!services().getOrDefault(other, compose).at("healthcheck", "test").list().isEmpty(), name,
                    other + " has no health check");
            expect(services().getOrDefault(other, compose).at("profiles").list().isEmpty() || service.has("profiles"),
                    name,
                    other + " is in a profile that can be off");
        });
    }

    private void profiles() {
        Map<String, Set<String>> found = new TreeMap<>();
        services().forEach((name, service) -> {
            List<String> profiles = service.at("profiles").texts();
            (profiles.isEmpty() ? List.of("") : profiles)
                    .forEach(profile -> found.computeIfAbsent(profile, _ -> new TreeSet<>()).add(name));
        });
        expect(found.equals(PROFILES), "profiles", "are " + found);
    }

    private void volumes(String name, Yaml service) {
        for (String volume : service.at("volumes").texts()) {
            String source = volume.substring(0, volume.indexOf(':'));
            if (source.startsWith("./")) {
                expect(Files.exists(Yaml.path(source)), name, "no such file: " + source);
                expect(volume.endsWith(":ro"), name, "can write into the project: " + volume);
            } else {
                expect(compose.at("volumes").has(source), name, "unnamed volume: " + volume);
            }
        }
    }

    private void secrets(String name, Yaml service) {
        service.at("environment").map().forEach((variable, value) -> expect(!SECRET_NAME.matcher(variable).matches()
                || value.text().isEmpty() || value.text().startsWith("${"), name, "secret in the file: " + variable));
    }
}
