package com.fanfinity.analytics.kubernetes;

import static com.fanfinity.analytics.kubernetes.Manifests.containers;
import static com.fanfinity.analytics.kubernetes.Manifests.idOf;
import static com.fanfinity.analytics.kubernetes.Manifests.nameOf;
import static com.fanfinity.analytics.kubernetes.Manifests.nodes;
import static com.fanfinity.analytics.kubernetes.Manifests.podOf;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/// Policies for each pod.
final class PodPolicies {

    private static final String TOKEN = "automountServiceAccountToken";
    private static final Pattern PINNED = Pattern.compile("\\S+(@sha256:[0-9a-f]{64}|:(?!latest$)[\\w][\\w.-]*)");
    private static final Pattern SECRET = Pattern.compile("(PASSWORD|SECRET|KEY|TOKEN|CREDENTIAL)(?!\\w*_FILE$)");
    private static final Map<String, String> PROBES = Map.of("startupProbe", "/health/startup", "readinessProbe",
            "/health/ready",
            "livenessProbe", "/health/live");

    private PodPolicies() {}

    static List<Policy> all() {
        return List.of(
                ofPods("nothing_runsAsRoot", pod -> pod.at("/securityContext/runAsNonRoot").asBoolean()
                        && pod.at("/securityContext/runAsUser").asInt() >= leastUser(pod)),
                ofContainers("containers_doNotOverrideTheUser",
                        container -> container.at("/securityContext/runAsNonRoot").asBoolean(true)
                                && container.at("/securityContext/runAsUser").asInt(10_001) >= 10_000),
                ofPods("systemCalls_areFiltered",
                        pod -> pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault")),
                ofPods("nothing_sharesTheHost",
                        pod -> Stream.of("hostNetwork", "hostPID", "hostIPC").noneMatch(pod::has)
                                && nodes(pod.path("volumes")).noneMatch(volume -> volume.has("hostPath"))),
                ofContainers("nothing_isPrivileged",
                        container -> !container.at("/securityContext/privileged").asBoolean()
                                && !container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)
                                && !container.at("/securityContext/capabilities").has("add")),
                ofContainers("capabilities_areDropped",
                        container -> nodes(container.at("/securityContext/capabilities/drop"))
                                .anyMatch(dropped -> dropped.asText().equals("ALL"))),
                ofContainers("rootFileSystem_isReadOnly",
                        container -> container.at("/securityContext/readOnlyRootFilesystem").asBoolean()),
                ofContainers("everything_hasRequestsAndLimits", PodPolicies::isLimited),
                ofPods("temporarySpace_isLimited",
                        pod -> nodes(pod.path("volumes")).filter(volume -> volume.has("emptyDir"))
                                .allMatch(volume -> volume.path("emptyDir").has("sizeLimit"))),
                new Policy("probes_useTheThreePaths", manifests -> manifests.servers()
                        .filter(workload -> !containers(workload).allMatch(PodPolicies::isProbed))
                        .map(Manifests::idOf)),
                new Policy("tracing_hasAnAgentAndAnEndpoint", PodPolicies::halfTraced),
                ofContainers("images_arePinned",
                        container -> PINNED.matcher(container.path("image").asText()).matches()),
                ofPods("pods_haveNoToken", pod -> !pod.path(TOKEN).asBoolean(true)),
                new Policy("serviceAccounts_areOwnAndHaveNoToken", PodPolicies::accounts),
                ofPods("serviceLinks_areOff", pod -> !pod.path("enableServiceLinks").asBoolean(true)),
                new Policy("secrets_areNeverInline", PodPolicies::inlineSecrets),
                ofPods("onlyTmpAndState_areWritable", PodPolicies::writesOnlyWhereItMay),
                new Policy("shutdown_hasEnoughTime", PodPolicies::shortGrace));
    }

    private static Policy ofPods(String name, Predicate<JsonNode> holds) {
        return new Policy(name,
                manifests -> manifests.workloads().filter(workload -> !holds.test(podOf(workload)))
                        .map(Manifests::idOf));
    }

    private static Policy ofContainers(String name, Predicate<JsonNode> holds) {
        return new Policy(name,
                manifests -> manifests.workloads().filter(workload -> !containers(workload).allMatch(holds)
                        || containers(workload).findAny().isEmpty()).map(Manifests::idOf));
    }

    /// Users of nodes have lower ids. A pod that deletes files on another service's volume uses that service's id.
    private static int leastUser(JsonNode pod) {
        return nodes(pod.path("volumes")).anyMatch(volume -> volume.has("persistentVolumeClaim")) ? 1 : 10_000;
    }

    private static boolean isLimited(JsonNode container) {
        return Stream
                .of("/resources/requests/cpu", "/resources/requests/memory", "/resources/limits/cpu",
                        "/resources/limits/memory")
                .noneMatch(path -> container.at(path).isMissingNode());
    }

    private static boolean isProbed(JsonNode container) {
        BiPredicate<String, String> asks = (probe,
                path) -> container.at("/" + probe + "/httpGet/path").asText().equals(path)
                        && nodes(container.path("ports"))
                                .anyMatch(port -> port.path("name").equals(container.at("/" + probe + "/httpGet/port"))
                                        && port.path("containerPort").asInt() == 8082);
        return PROBES.entrySet().stream().allMatch(probe -> asks.test(probe.getKey(), probe.getValue()));
    }

    private static Stream<String> halfTraced(Manifests manifests) {
        return manifests.servers().filter(workload -> nodes(podOf(workload).at("/containers/0/args")).findAny()
                .isPresent() != manifests.environment(workload).containsKey("OTEL_EXPORTER_OTLP_ENDPOINT"))
                .map(Manifests::idOf);
    }

    private static Stream<String> accounts(Manifests manifests) {
        return manifests.workloads().filter(workload -> {
            String name = podOf(workload).path("serviceAccountName").asText();
            return !manifests.has("ServiceAccount", name)
                    || manifests.one("ServiceAccount", name).path(TOKEN).asBoolean(true)
                    || manifests.workloads()
                            .filter(other -> podOf(other).path("serviceAccountName").asText().equals(name)).count() > 1;
        }).map(Manifests::idOf);
    }

    private static Stream<String> inlineSecrets(Manifests manifests) {
        Stream<String> variables = manifests.workloads().flatMap(workload -> containers(workload)
                .flatMap(container -> nodes(container.path("env")))
                .filter(variable -> SECRET.matcher(variable.path("name").asText()).find()
                        || variable.at("/valueFrom").has("secretKeyRef"))
                .map(variable -> idOf(workload) + " " + variable.path("name").asText()));
        Stream<String> settings = manifests.ofKind("ConfigMap")
                .flatMap(map -> Manifests.strings(map.path("data")).keySet().stream()
                        .filter(name -> SECRET.matcher(name).find()).map(name -> idOf(map) + " " + name));
        return Stream.of(variables, settings, manifests.ofKind("Secret").map(Manifests::idOf)).flatMap(each -> each);
    }

    private static boolean writesOnlyWhereItMay(JsonNode pod) {
        return nodes(pod.path("containers")).flatMap(container -> nodes(container.path("volumeMounts")))
                .filter(mount -> !mount.path("readOnly").asBoolean())
                .allMatch(mount -> List.of("/tmp", "/var/lib/fanfinity", "/backups")
                        .contains(mount.path("mountPath").asText()));
    }

    /// The grace period covers the wait before SIGTERM, the service's shutdown timeout and at least 2 s.
    private static Stream<String> shortGrace(Manifests manifests) {
        return manifests.servers().filter(workload -> {
            int before = podOf(workload).at("/containers/0/lifecycle/preStop/sleep/seconds").asInt();
            String own = manifests.environment(workload).getOrDefault("SHUTDOWN_TIMEOUT", "");
            int grace = podOf(workload).path("terminationGracePeriodSeconds").asInt(30);
            return before == 0 || !own.matches("\\d+s") || grace < before + Integer.parseInt(own.replace("s", "")) + 2;
        }).map(workload -> nameOf(workload));
    }
}
