package com.fanfinity.analytics.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each policy must report a fault that the test adds to the chart's manifests.
class PoliciesTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String CONTAINER = "/spec/template/spec/containers/0";
    private static final String JOB = "/spec/jobTemplate/spec";
    private static final String NAME = "x-fanfinity-analytics";

    private static Manifests good = new Manifests(List.of());

    /// @param object kind and name suffix
    /// @param path the changed place, with `-` for the end of an array
    /// @param value the new value in YAML; an empty value removes the old one
    record Fault(String policy, String object, String path, String value) {}

    @BeforeAll
    static void render() {
        good = Chart.render(Chart.DIRECTORY, "x", Combinations.everythingOn());
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault("nothing_runsAsRoot", "Deployment/ingest", "/spec/template/spec/securityContext/runAsUser",
                        "0"),
                new Fault("nothing_runsAsRoot", "Deployment/ingest", "/spec/template/spec/securityContext/runAsNonRoot",
                        ""),
                new Fault("containers_doNotOverrideTheUser", "StatefulSet/streams",
                        CONTAINER + "/securityContext/runAsUser", "0"),
                new Fault("systemCalls_areFiltered", "Deployment/live",
                        "/spec/template/spec/securityContext/seccompProfile", ""),
                new Fault("nothing_sharesTheHost", "Deployment/live", "/spec/template/spec/hostNetwork", "true"),
                new Fault("nothing_sharesTheHost", "Deployment/live", "/spec/template/spec/volumes/-",
                        "{hostPath: {path: /}}"),
                new Fault("nothing_isPrivileged", "Deployment/sink",
                        CONTAINER + "/securityContext/allowPrivilegeEscalation", ""),
                new Fault("nothing_isPrivileged", "Deployment/sink", CONTAINER + "/securityContext/capabilities/add",
                        "[NET_ADMIN]"),
                new Fault("capabilities_areDropped", "Deployment/sink",
                        CONTAINER + "/securityContext/capabilities/drop", "[NET_RAW]"),
                new Fault("rootFileSystem_isReadOnly", "Deployment/sink",
                        CONTAINER + "/securityContext/readOnlyRootFilesystem", "false"),
                new Fault("everything_hasRequestsAndLimits", "StatefulSet/streams",
                        CONTAINER + "/resources/limits/memory", ""),
                new Fault("everything_hasRequestsAndLimits", "Deployment/live", "/spec/template/spec/initContainers",
                        "[{name: bare}]"),
                new Fault("temporarySpace_isLimited", "Deployment/ingest", "/spec/template/spec/volumes/0/emptyDir",
                        "{}"),
                new Fault("probes_useTheThreePaths", "Deployment/ingest", CONTAINER + "/readinessProbe/httpGet/path",
                        "/health/live"),
                new Fault("probes_useTheThreePaths", "Deployment/ingest", CONTAINER + "/livenessProbe/httpGet/port",
                        "web"),
                new Fault("probes_useTheThreePaths", "Deployment/ingest", CONTAINER + "/startupProbe", ""),
                new Fault("tracing_hasAnAgentAndAnEndpoint", "Deployment/ingest", CONTAINER + "/args", ""),
                new Fault("tracing_hasAnAgentAndAnEndpoint", "ConfigMap/settings", "/data/OTEL_EXPORTER_OTLP_ENDPOINT",
                        ""),
                new Fault("nothing_runsAsRoot", "CronJob/backup", JOB + "/template/spec/securityContext/runAsNonRoot",
                        ""),
                new Fault("nothing_runsAsRoot", "CronJob/backup", JOB + "/template/spec/securityContext/runAsUser",
                        "101"),
                new Fault("rootFileSystem_isReadOnly", "CronJob/backup",
                        JOB + "/template/spec/containers/0/securityContext/readOnlyRootFilesystem", ""),
                new Fault("everything_hasRequestsAndLimits", "CronJob/backup",
                        JOB + "/template/spec/containers/0/resources/limits", ""),
                new Fault("pods_haveNoToken", "CronJob/backup", JOB + "/template/spec/automountServiceAccountToken",
                        ""),
                new Fault("onlyTmpAndState_areWritable", "CronJob/backup",
                        JOB + "/template/spec/containers/0/volumeMounts/0/readOnly", ""),
                new Fault("jobs_neverRunTwiceAtOnce", "CronJob/backup", "/spec/concurrencyPolicy", "Allow"),
                new Fault("jobs_startLateIfMissed", "CronJob/backup", "/spec/startingDeadlineSeconds", "5"),
                new Fault("jobs_haveATimeZone", "CronJob/backup", "/spec/timeZone", ""),
                new Fault("jobs_keepALimitedHistory", "CronJob/backup", "/spec/failedJobsHistoryLimit", ""),
                new Fault("jobs_end", "CronJob/backup", JOB + "/activeDeadlineSeconds", ""),
                new Fault("jobs_end", "CronJob/backup", JOB + "/backoffLimit", ""),
                new Fault("jobs_haveShortNames", "CronJob/backup", "/metadata/name", "x".repeat(53)),
                new Fault("jobs_end", "CronJob/backup", JOB + "/template/spec/restartPolicy", "OnFailure"),
                new Fault("workloads_haveDistinctSelectors", "CronJob/backup", JOB + "/template/metadata/labels",
                        "{app.kubernetes.io/name: fanfinity-analytics, app.kubernetes.io/instance: x, "
                                + "app.kubernetes.io/component: sink}"),
                new Fault("references_resolve", "ConfigMap/backup-scripts", "/metadata/name", "elsewhere"),
                new Fault("volumes_exist", "CronJob/backup", JOB + "/template/spec/volumes/0/name", "elsewhere"),
                new Fault("jobs_areIsolatedFromInstances", "NetworkPolicy/backup", "/kind", "Gone"),
                new Fault("jobs_areIsolatedFromInstances", "NetworkPolicy/backup", "/spec/ingress", "[{}]"),
                new Fault("jobs_areIsolatedFromInstances", "NetworkPolicy/backup", "/spec/egress/0/ports/0/port",
                        "8081"),
                new Fault("nothing_isOpenToAll", "NetworkPolicy/backup", "/spec/egress/-", "{}"),
                new Fault("traces_areAllowed", "ConfigMap/settings", "/data/OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://x:4317"),
                new Fault("images_arePinned", "Deployment/ingest", CONTAINER + "/image", "registry:5000/analytics"),
                new Fault("images_arePinned", "Deployment/ingest", CONTAINER + "/image", "analytics:latest"),
                new Fault("pods_haveNoToken", "Deployment/ingest", "/spec/template/spec/automountServiceAccountToken",
                        ""),
                new Fault("serviceAccounts_areOwnAndHaveNoToken", "ServiceAccount/sink",
                        "/automountServiceAccountToken", "true"),
                new Fault("serviceAccounts_areOwnAndHaveNoToken", "Deployment/sink",
                        "/spec/template/spec/serviceAccountName", "default"),
                new Fault("serviceLinks_areOff", "Deployment/ingest", "/spec/template/spec/enableServiceLinks", ""),
                new Fault("secrets_areNeverInline", "Deployment/ingest", CONTAINER + "/env/-",
                        "{name: ADMIN_KEY, value: abc}"),
                new Fault("secrets_areNeverInline", "ConfigMap/settings", "/data/CLICKHOUSE_PASSWORD", "abc"),
                new Fault("secrets_areNeverInline", "ConfigMap/settings", "/kind", "Secret"),
                new Fault("onlyTmpAndState_areWritable", "Deployment/live", CONTAINER + "/volumeMounts/1/readOnly",
                        "false"),
                new Fault("shutdown_hasEnoughTime", "Deployment/live",
                        "/spec/template/spec/terminationGracePeriodSeconds", "27"),
                new Fault("shutdown_hasEnoughTime", "ConfigMap/settings", "/data/SHUTDOWN_TIMEOUT", "21s"),
                new Fault("selectors_selectTheirOwnPods", "Deployment/live",
                        "/spec/template/metadata/labels/app.kubernetes.io~1component",
                        "l"),
                new Fault("workloads_haveDistinctSelectors", "Deployment/live",
                        "/spec/selector/matchLabels/app.kubernetes.io~1component", ""),
                new Fault("workloads_haveOneDisruptionBudget", "PodDisruptionBudget/sink", "/kind", "Gone"),
                new Fault("workloads_haveOneDisruptionBudget", "PodDisruptionBudget/sink", "/spec/maxUnavailable", "0"),
                new Fault("workloads_belongToOneService", "Service/sink", "/spec/selector/app.kubernetes.io~1component",
                        "live"),
                new Fault("workloads_belongToOneService", "Service/live", "/spec/ports/0/targetPort", "web"),
                new Fault("pods_areSpread", "StatefulSet/streams", "/spec/template/spec/topologySpreadConstraints/0",
                        ""),
                new Fault("scalers_ownTheReplicaCount", "Deployment/sink", "/spec/replicas", "3"),
                new Fault("scalers_ownTheReplicaCount", "HorizontalPodAutoscaler/ingest", "/spec/minReplicas", "11"),
                new Fault("statefulSets_canBeRolledBack", "StatefulSet/streams", "/spec/podManagementPolicy",
                        "OrderedReady"),
                new Fault("statefulSets_canBeRolledBack", "StatefulSet/streams", "/spec/updateStrategy/rollingUpdate",
                        "{maxUnavailable: 2}"),
                new Fault("ingresses_passBatchesAndStreams", "Ingress/ingest", "/spec/ingressClassName", "nginx"),
                new Fault("ingresses_passBatchesAndStreams", "Ingress/live", "/spec/ingressClassName", "nginx"),
                new Fault("ingresses_passBatchesAndStreams", "Ingress/live", "/spec/ingressClassName", ""),
                new Fault("references_resolve", "StatefulSet/streams", "/spec/serviceName", "elsewhere"),
                new Fault("references_resolve", "HorizontalPodAutoscaler/ingest", "/spec/scaleTargetRef/name",
                        "elsewhere"),
                new Fault("references_resolve", "Ingress/live", "/spec/rules/0/http/paths/0/backend/service/name",
                        "elsewhere"),
                new Fault("references_resolve", "TriggerAuthentication/sink", "/metadata/name", "elsewhere"),
                new Fault("volumes_exist", "StatefulSet/streams", "/spec/volumeClaimTemplates", ""),
                new Fault("objects_haveUniqueNamesAndANamespace", "Service/live", "/metadata/namespace", ""),
                new Fault("objects_haveUniqueNamesAndANamespace", "Service/live", "/metadata/name", NAME + "-ingest"),
                new Fault("traffic_isDeniedByDefault", "NetworkPolicy/deny-all", "/kind", "Gone"),
                new Fault("traffic_isDeniedByDefault", "NetworkPolicy/deny-all", "/spec/egress", "[{}]"),
                new Fault("nothing_isOpenToAll", "NetworkPolicy/all", "/spec/egress/-", "{}"),
                new Fault("nothing_isOpenToAll", "NetworkPolicy/ingest", "/spec/ingress/0/from/-",
                        "{namespaceSelector: {}}"),
                new Fault("internalPort_isForInstances", "NetworkPolicy/streams", "/spec/ingress/0/from/-",
                        "{ipBlock: {cidr: 10.0.0.0/8}}"),
                new Fault("instances_reachEachOther", "NetworkPolicy/streams", "/spec/ingress/0/ports/0/port", "8080"),
                new Fault("instances_reachEachOther", "NetworkPolicy/all", "/spec/egress", ""),
                new Fault("ingresses_haveTls", "Ingress/live", "/spec/tls/0/hosts/0", "example.org"),
                new Fault("ingresses_exposeOnlyPublicPaths", "Ingress/live", "/spec/rules/0/http/paths/0/pathType",
                        "Prefix"));
    }

    @Test
    void broken_chartOutput_isEmpty() {
        assertEquals(List.of(), Policy.broken(good));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void broken_fault_isReported(Fault fault) throws IOException {
        Manifests bad = good.copy();
        plant(bad, fault);

        List<String> broken = Policy.broken(bad);

        assertTrue(broken.stream().anyMatch(line -> line.startsWith(fault.policy() + ": ")),
                () -> fault + " breaks only " + broken);
    }

    @Test
    void everyPolicy_hasAFault() {
        Set<String> policies = Policy.all().stream().map(Policy::name).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(policies, faults().map(Fault::policy).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static void plant(Manifests manifests, Fault fault) throws IOException {
        String[] object = fault.object().split("/", -1);
        JsonNode manifest = manifests.one(object[0], NAME + "-" + object[1]);
        JsonPointer path = JsonPointer.compile(fault.path());
        String last = path.last().getMatchingProperty();
        JsonNode value = YAML.readTree(fault.value());
        switch (manifest.at(path.head())) {
            case ObjectNode parent when fault.value().isEmpty() -> parent.remove(last);
            case ObjectNode parent -> parent.set(last, value);
            case ArrayNode parent when last.equals("-") -> parent.add(value);
            case ArrayNode parent when fault.value().isEmpty() -> parent.remove(Integer.parseInt(last));
            case ArrayNode parent -> parent.set(Integer.parseInt(last), value);
            default -> throw new AssertionError("no such place: " + fault);
        }
    }
}
