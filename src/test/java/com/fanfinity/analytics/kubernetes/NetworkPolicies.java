package com.fanfinity.analytics.kubernetes;

import static com.fanfinity.analytics.kubernetes.Manifests.idOf;
import static com.fanfinity.analytics.kubernetes.Manifests.nodes;
import static com.fanfinity.analytics.kubernetes.Manifests.podLabels;
import static com.fanfinity.analytics.kubernetes.Manifests.selects;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/// Policies for network access. If the manifests have no NetworkPolicy, the checks that need them are skipped.
final class NetworkPolicies {

    private static final int INTERNAL = 8081;

    /// Paths that must not be public. The first three expose internals; only the admin key would protect the others.
    private static final List<String> NOT_PUBLIC = List.of("/metrics", "/health/ready", "/healthz", "/api/streams",
            "/api/ledger",
            "/api/dead-letters", "/api/dead-letters/replay", "/api/topology");

    /// Role → annotations that its Ingress needs. The service accepts batches of up to 8 MiB.
    private static final Map<String, Map<String, String>> NGINX = Map.of(
            "ingest", Map.of("nginx.ingress.kubernetes.io/proxy-body-size", "9m"),
            "live", Map.of("nginx.ingress.kubernetes.io/proxy-buffering", "off",
                    "nginx.ingress.kubernetes.io/proxy-read-timeout", "3600"));

    private NetworkPolicies() {}

    static List<Policy> all() {
        return List.of(
                new Policy("traffic_isDeniedByDefault", NetworkPolicies::notDenied),
                new Policy("nothing_isOpenToAll", NetworkPolicies::open),
                new Policy("internalPort_isForInstances", NetworkPolicies::internalPort),
                new Policy("instances_reachEachOther", NetworkPolicies::unreachable),
                new Policy("jobs_areIsolatedFromInstances", NetworkPolicies::jobsAmongInstances),
                new Policy("traces_areAllowed", NetworkPolicies::heldUpTraces),
                new Policy("ingresses_haveTls", NetworkPolicies::withoutTls),
                new Policy("ingresses_exposeOnlyPublicPaths", NetworkPolicies::tooPublic),
                new Policy("ingresses_passBatchesAndStreams", NetworkPolicies::narrow));
    }

    private static boolean isOff(Manifests manifests) {
        return manifests.ofKind("NetworkPolicy").findAny().isEmpty();
    }

    private static Stream<JsonNode> of(Manifests manifests, JsonNode workload) {
        return manifests.ofKind("NetworkPolicy")
                .filter(policy -> selects(policy.at("/spec/podSelector/matchLabels"), podLabels(workload)));
    }

    private static Stream<String> notDenied(Manifests manifests) {
        return isOff(manifests)
                ? Stream.of()
                : manifests.servers().filter(workload -> of(manifests, workload).noneMatch(policy -> {
                    Set<String> types = nodes(policy.at("/spec/policyTypes")).map(JsonNode::asText)
                            .collect(Collectors.toSet());
                    return types.equals(Set.of("Ingress", "Egress")) && !policy.path("spec").has("ingress")
                            && !policy.path("spec").has("egress");
                })).map(Manifests::idOf);
    }

    /// A rule without peers allows all peers, and a rule without ports allows all ports.
    private static Stream<String> open(Manifests manifests) {
        return manifests.ofKind("NetworkPolicy")
                .filter(policy -> isOpen(policy, "ingress", "from") || isOpen(policy, "egress", "to"))
                .map(Manifests::idOf);
    }

    private static boolean isOpen(JsonNode policy, String way, String peers) {
        return nodes(policy.at("/spec/" + way))
                .anyMatch(rule -> rule.path(peers).isEmpty() || rule.path("ports").isEmpty()
                        || nodes(rule.path(peers)).anyMatch(NetworkPolicies::isEverybody));
    }

    private static boolean isEverybody(JsonNode peer) {
        JsonNode namespaces = peer.path("namespaceSelector");
        return peer.isEmpty() || (namespaces.isObject() && namespaces.isEmpty() && !peer.has("podSelector"));
    }

    private static boolean opens(JsonNode rule, int port) {
        return nodes(rule.path("ports")).anyMatch(open -> open.path("port").asText().equals(String.valueOf(port)));
    }

    /// Peers are selected only by pod labels in this namespace.
    private static Stream<String> internalPort(Manifests manifests) {
        return manifests
                .ofKind("NetworkPolicy").filter(
                        policy -> nodes(policy.at("/spec/ingress")).filter(rule -> opens(rule, INTERNAL))
                                .flatMap(rule -> nodes(rule.path("from")))
                                .anyMatch(peer -> peer.size() != 1 || manifests.workloads()
                                        .noneMatch(workload -> selects(peer.at("/podSelector/matchLabels"),
                                                podLabels(workload)))))
                .map(Manifests::idOf);
    }

    /// Every workload can connect to the workloads with an internal port: egress and ingress rules both allow it.
    private static Stream<String> unreachable(Manifests manifests) {
        if (isOff(manifests)) {
            return Stream.of();
        }
        List<JsonNode> listening = manifests.servers()
                .filter(workload -> manifests.environment(workload).getOrDefault("INTERNAL_HOST", "127.0.0.1")
                        .equals("0.0.0.0"))
                .toList();
        return listening.stream()
                .flatMap(to -> manifests.servers().filter(from -> !lets(manifests, from, "egress", "to", to)
                        || !lets(manifests, to, "ingress", "from", from)).map(from -> idOf(from) + " to " + idOf(to)));
    }

    private static boolean lets(Manifests manifests, JsonNode workload, String way, String peers, JsonNode other) {
        return of(manifests, workload).flatMap(policy -> nodes(policy.at("/spec/" + way)))
                .filter(rule -> opens(rule, INTERNAL))
                .flatMap(rule -> nodes(rule.path(peers)))
                .anyMatch(peer -> selects(peer.at("/podSelector/matchLabels"), podLabels(other)));
    }

    /// Jobs accept no connections. They cannot reach each other or the service's pods.
    private static Stream<String> jobsAmongInstances(Manifests manifests) {
        return isOff(manifests)
                ? Stream.of()
                : manifests.jobs().filter(
                        job -> !isolated(manifests, job) || of(manifests, job).anyMatch(policy -> policy.path("spec")
                                .has("ingress")
                                || nodes(policy.at("/spec/egress")).anyMatch(rule -> opens(rule, INTERNAL))))
                        .map(Manifests::idOf);
    }

    private static boolean isolated(Manifests manifests, JsonNode workload) {
        return of(manifests, workload).flatMap(policy -> nodes(policy.at("/spec/policyTypes"))).map(JsonNode::asText)
                .collect(Collectors.toSet()).equals(Set.of("Ingress", "Egress"));
    }

    private static Stream<String> heldUpTraces(Manifests manifests) {
        return isOff(manifests)
                ? Stream.of()
                : manifests.servers().filter(workload -> {
                    String endpoint = manifests.environment(workload).getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "");
                    return !endpoint.isEmpty()
                            && of(manifests, workload).flatMap(policy -> nodes(policy.at("/spec/egress")))
                                    .noneMatch(rule -> opens(rule, URI.create(endpoint).getPort()));
                }).map(Manifests::idOf);
    }

    private static Stream<String> withoutTls(Manifests manifests) {
        return manifests.ofKind("Ingress").filter(ingress -> {
            Set<String> secured = nodes(ingress.at("/spec/tls"))
                    .filter(tls -> !tls.path("secretName").asText().isEmpty())
                    .flatMap(tls -> nodes(tls.path("hosts"))).map(JsonNode::asText).collect(Collectors.toSet());
            return !nodes(ingress.at("/spec/rules")).allMatch(rule -> secured.contains(rule.path("host").asText()));
        }).map(Manifests::idOf);
    }

    /// The class must be set, because each controller has its own annotations for body size and buffering. By default
    /// nginx accepts 1 MiB and buffers responses.
    private static Stream<String> narrow(Manifests manifests) {
        return manifests.ofKind("Ingress").filter(ingress -> switch (ingress.at("/spec/ingressClassName").asText()) {
            case "" -> true;
            case "nginx" -> !Manifests.strings(ingress.at("/metadata/annotations")).entrySet()
                    .containsAll(NGINX
                            .getOrDefault(ingress.at("/metadata/labels/app.kubernetes.io~1component").asText(),
                                    Map.of())
                            .entrySet());
            default -> false;
        }).map(Manifests::idOf);
    }

    private static Stream<String> tooPublic(Manifests manifests) {
        return manifests.ofKind("Ingress")
                .flatMap(ingress -> nodes(ingress.at("/spec/rules")).flatMap(rule -> nodes(rule.at("/http/paths")))
                        .flatMap(path -> NOT_PUBLIC.stream().filter(url -> isRouted(path, url)))
                        .map(url -> idOf(ingress) + " " + url));
    }

    /// Matches paths as Kubernetes does: a prefix consists of whole path elements.
    static boolean isRouted(JsonNode path, String url) {
        String pattern = path.path("path").asText();
        boolean below = pattern.equals("/") || url.startsWith(pattern.replaceFirst("/$", "") + "/");
        return url.equals(pattern) || (below && !path.path("pathType").asText().equals("Exact"));
    }
}
