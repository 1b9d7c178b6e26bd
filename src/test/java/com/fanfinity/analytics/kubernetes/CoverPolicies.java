package com.fanfinity.analytics.kubernetes;

import static com.fanfinity.analytics.kubernetes.Manifests.containers;
import static com.fanfinity.analytics.kubernetes.Manifests.idOf;
import static com.fanfinity.analytics.kubernetes.Manifests.nameOf;
import static com.fanfinity.analytics.kubernetes.Manifests.nodes;
import static com.fanfinity.analytics.kubernetes.Manifests.podLabels;
import static com.fanfinity.analytics.kubernetes.Manifests.podOf;
import static com.fanfinity.analytics.kubernetes.Manifests.selects;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/// Policies for the objects that each workload needs, and for references between objects.
final class CoverPolicies {

    private CoverPolicies() {}

    static List<Policy> all() {
        return List.of(
                new Policy("selectors_selectTheirOwnPods", CoverPolicies::strangeSelectors),
                new Policy("workloads_haveDistinctSelectors", CoverPolicies::sharedSelectors),
                new Policy("workloads_haveOneDisruptionBudget", CoverPolicies::budgets),
                new Policy("workloads_belongToOneService", CoverPolicies::services),
                new Policy("pods_areSpread", CoverPolicies::spread),
                new Policy("scalers_ownTheReplicaCount", CoverPolicies::scalers),
                new Policy("statefulSets_canBeRolledBack", CoverPolicies::stuckRollbacks),
                new Policy("references_resolve", CoverPolicies::danglingNames),
                new Policy("volumes_exist", CoverPolicies::volumes),
                new Policy("objects_haveUniqueNamesAndANamespace", CoverPolicies::identities));
    }

    private static Stream<String> strangeSelectors(Manifests manifests) {
        return manifests.servers()
                .filter(workload -> !selects(workload.at("/spec/selector/matchLabels"), podLabels(workload)))
                .map(Manifests::idOf);
    }

    private static Stream<String> sharedSelectors(Manifests manifests) {
        return manifests.servers().filter(workload -> manifests.workloads()
                .filter(other -> selects(workload.at("/spec/selector/matchLabels"), podLabels(other))).count() != 1)
                .map(Manifests::idOf);
    }

    /// The budget must allow at least one eviction. Otherwise no node could be drained.
    private static Stream<String> budgets(Manifests manifests) {
        return manifests.servers().filter(workload -> {
            List<JsonNode> budgets = manifests.ofKind("PodDisruptionBudget")
                    .filter(budget -> selects(budget.at("/spec/selector/matchLabels"), podLabels(workload))).toList();
            return budgets.size() != 1 || budgets.getFirst().at("/spec/maxUnavailable").asText("0").matches("0%?");
        }).map(Manifests::idOf);
    }

    /// Exactly one, because Prometheus would scrape a pod of two Services twice.
    private static Stream<String> services(Manifests manifests) {
        return manifests.servers().filter(workload -> {
            List<JsonNode> services = manifests.ofKind("Service")
                    .filter(service -> selects(service.at("/spec/selector"), podLabels(workload))).toList();
            Set<String> ports = containers(workload).flatMap(container -> nodes(container.path("ports")))
                    .map(port -> port.path("name").asText()).collect(Collectors.toSet());
            return services.size() != 1 || !nodes(services.getFirst().at("/spec/ports"))
                    .allMatch(port -> ports.contains(port.path("targetPort").asText()));
        }).map(Manifests::idOf);
    }

    private static Stream<String> spread(Manifests manifests) {
        return manifests.servers().filter(workload -> !nodes(podOf(workload).path("topologySpreadConstraints"))
                .filter(constraint -> selects(constraint.at("/labelSelector/matchLabels"), podLabels(workload)))
                .map(constraint -> constraint.path("topologyKey").asText()).collect(Collectors.toSet())
                .containsAll(Set.of("topology.kubernetes.io/zone", "kubernetes.io/hostname"))).map(Manifests::idOf);
    }

    /// A scaled workload has exactly one scaler and no replica count, because each upgrade would reset the count.
    private static Stream<String> scalers(Manifests manifests) {
        Stream<String> several = manifests.servers().filter(workload -> {
            long scalers = manifests.ofKind("HorizontalPodAutoscaler", "ScaledObject")
                    .filter(scaler -> scaler.at("/spec/scaleTargetRef/name").asText().equals(nameOf(workload))).count();
            return scalers > 1 || scalers == 1 == workload.path("spec").has("replicas");
        }).map(Manifests::idOf);
        Stream<String> upsideDown = manifests.ofKind("HorizontalPodAutoscaler", "ScaledObject").filter(scaler -> {
            JsonNode spec = scaler.path("spec");
            int least = spec.path("minReplicas").asInt(spec.path("minReplicaCount").asInt());
            return least < 1 || least > spec.path("maxReplicas").asInt(spec.path("maxReplicaCount").asInt());
        }).map(Manifests::idOf);
        return Stream.concat(several, upsideDown);
    }

    /// With `OrderedReady`, the default, a rollback waits forever for a pod with a bad image to become ready.
    /// `Parallel` affects only scaling: updates still replace one pod at a time, unless `maxUnavailable` is set.
    private static Stream<String> stuckRollbacks(Manifests manifests) {
        return manifests.ofKind("StatefulSet")
                .filter(set -> !set.at("/spec/podManagementPolicy").asText().equals("Parallel")
                        || !set.at("/spec/updateStrategy/type").asText().equals("RollingUpdate")
                        || set.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asInt(1) != 1)
                .map(Manifests::idOf);
    }

    private static Stream<String> danglingNames(Manifests manifests) {
        Stream<String[]> names = Stream.of(
                each(manifests, "StatefulSet", "/spec/serviceName", "Service"),
                manifests.workloads()
                        .flatMap(
                                workload -> containers(workload).flatMap(container -> nodes(container.path("envFrom"))))
                        .map(from -> new String[]{"ConfigMap", from.at("/configMapRef/name").asText()}),
                manifests.ofKind("HorizontalPodAutoscaler", "ScaledObject")
                        .map(scaler -> scaler.at("/spec/scaleTargetRef"))
                        .map(target -> new String[]{target.path("kind").asText(), target.path("name").asText()}),
                manifests.ofKind("Ingress").flatMap(ingress -> nodes(ingress.at("/spec/rules")))
                        .flatMap(rule -> nodes(rule.at("/http/paths")))
                        .map(path -> new String[]{"Service", path.at("/backend/service/name").asText()}),
                manifests.ofKind("ScaledObject").flatMap(scaler -> nodes(scaler.at("/spec/triggers")))
                        .filter(trigger -> trigger.has("authenticationRef"))
                        .map(trigger -> new String[]{"TriggerAuthentication",
                            trigger.at("/authenticationRef/name").asText()}),
                manifests.workloads().flatMap(workload -> nodes(podOf(workload).path("volumes")))
                        .filter(volume -> volume.has("configMap"))
                        .map(volume -> new String[]{"ConfigMap", volume.at("/configMap/name").asText()}),
                manifests.workloads().flatMap(workload -> nodes(podOf(workload).path("volumes")))
                        .filter(volume -> volume.has("csi"))
                        .map(volume -> new String[]{"SecretProviderClass",
                            volume.at("/csi/volumeAttributes/secretProviderClass").asText()}))
                .flatMap(each -> each);
        Stream<String> secrets = manifests.ofKind("ExternalSecret").map(made -> made.at("/spec/target/name").asText())
                .filter(made -> manifests.workloads().flatMap(workload -> nodes(podOf(workload).path("volumes")))
                        .noneMatch(volume -> volume.at("/secret/secretName").asText().equals(made)));
        return Stream.concat(secrets,
                names.filter(name -> !manifests.has(name[0], name[1])).map(name -> name[0] + "/" + name[1]));
    }

    private static Stream<String[]> each(Manifests manifests, String kind, String path, String leadsTo) {
        return manifests.ofKind(kind).map(manifest -> new String[]{leadsTo, manifest.at(path).asText()});
    }

    private static Stream<String> volumes(Manifests manifests) {
        return manifests.workloads().filter(workload -> {
            Set<String> volumes = Stream
                    .concat(nodes(podOf(workload).path("volumes")).map(volume -> volume.path("name").asText()),
                            nodes(workload.at("/spec/volumeClaimTemplates")).map(Manifests::nameOf))
                    .collect(Collectors.toSet());
            Set<String> mounts = containers(workload).flatMap(container -> nodes(container.path("volumeMounts")))
                    .map(mount -> mount.path("name").asText()).collect(Collectors.toSet());
            return !volumes.equals(mounts);
        }).map(Manifests::idOf);
    }

    private static Stream<String> identities(Manifests manifests) {
        Stream<String> placed = manifests.all().stream()
                .filter(manifest -> nameOf(manifest).isEmpty() || nameOf(manifest).length() > 63
                        || manifest.at("/metadata/namespace").asText().isEmpty())
                .map(Manifests::idOf);
        Stream<String> twice = manifests.all().stream()
                .collect(Collectors.groupingBy(Manifests::idOf, Collectors.counting())).entrySet()
                .stream().filter(entry -> entry.getValue() > 1)
                .map(entry -> idOf(manifests.all().getFirst()) + " " + entry.getKey());
        return Stream.concat(placed, twice);
    }
}
