package com.fanfinity.infrastructure;

import java.util.List;
import java.util.Map;

import com.pulumi.core.Output;
import com.pulumi.kubernetes.Provider;
import com.pulumi.kubernetes.ProviderArgs;
import com.pulumi.kubernetes.core.v1.Namespace;
import com.pulumi.kubernetes.core.v1.NamespaceArgs;
import com.pulumi.kubernetes.core.v1.Secret;
import com.pulumi.kubernetes.core.v1.SecretArgs;
import com.pulumi.kubernetes.helm.v3.Release;
import com.pulumi.kubernetes.helm.v3.ReleaseArgs;
import com.pulumi.kubernetes.helm.v3.inputs.RepositoryOptsArgs;
import com.pulumi.kubernetes.meta.v1.inputs.ObjectMetaArgs;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.Resource;

/// The charts in the cluster: the volume driver, KEDA and the service.
final class Platform {

    static final String CHART = "../kubernetes/chart";
    private static final String NAMESPACE = "fanfinity";
    private static final String SECRET = "analytics-secrets";

    /// K3s runs the Ingress controller and DNS in this namespace.
    private static final String SYSTEM = "kube-system";

    /// K3s gives pods addresses of this network, also the Ingress controller.
    private static final String PODS = "10.42.0.0/16";

    private Platform() {}

    static void install(Cluster cluster, ServiceSettings settings) {
        Provider provider = new Provider("cluster", ProviderArgs.builder().kubeconfig(cluster.kubeconfig()).enableServerSideApply(true).build(),
                CustomResourceOptions.builder().dependsOn(cluster.ready()).build());
        Release storage = storage(cluster.storage(), provider);
        Release keda = release("keda", "keda", "https://kedacore.github.io/charts", "2.17.0", "keda",
                provider, List.of());
        // The API server rejects pods that run as root.
        Namespace namespace = new Namespace("fanfinity", NamespaceArgs.builder().metadata(ObjectMetaArgs.builder().name(NAMESPACE)
                .labels(Map.of("pod-security.kubernetes.io/enforce", "restricted")).build()).build(),
                in(provider, List.of()));
        Secret secret = new Secret("service", SecretArgs.builder().metadata(ObjectMetaArgs.builder().name(SECRET).namespace(NAMESPACE).build())
                .stringData(Output.all(settings.internalSecret(), settings.clickHousePassword(), settings.apiKeys())
                        .applyValue(all -> Map.of("internal-secret", all.get(0), "clickhouse-password", all.get(1),
                                "api-keys", all.get(2)))
                        .asSecret())
                .build(), in(provider, List.of(namespace)));
        new Release("analytics", ReleaseArgs.builder().name("analytics").chart(CHART).namespace(NAMESPACE).atomic(true).timeout(1200)
                .values(values(settings, cluster.storage().storageClass())).build(),
                in(provider, List.of(storage, keda, secret)));
    }

    /// Of the chart.
    static Map<String, Object> values(ServiceSettings settings, String storageClass) {
        return Map.of(
                "fullnameOverride", "analytics",
                "image", Map.of("tag", settings.imageTag()),
                "kafka", Map.of("bootstrapServers", settings.kafkaBootstrapServers()),
                "clickhouse", Map.of("url", settings.clickHouseUrl()),
                "secrets", Map.of("name", SECRET),
                "trustedProxies", List.of(PODS),
                "streams", Map.of("persistence", Map.of("storageClass", storageClass)),
                "ingress", Map.of("enabled", true, "className", "traefik", "host", settings.host()),
                "networkPolicy", Map.of("clientsFrom",
                        List.of(Map.of("namespaceSelector",
                                Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", SYSTEM)))),
                        "kafka", outside(settings.kafkaCidrs(), settings.kafkaPorts()),
                        "clickhouse", outside(settings.clickHouseCidrs(), settings.clickHousePorts())));
    }

    private static Map<String, Object> outside(List<String> cidrs, List<Integer> ports) {
        return Map.of("to", cidrs.stream().map(cidr -> Map.of("ipBlock", Map.of("cidr", cidr))).toList(),
                "ports", ports);
    }

    private static Release storage(Cluster.Storage storage, Provider provider) {
        Secret login = new Secret("storage", SecretArgs.builder()
                .metadata(ObjectMetaArgs.builder().name(storage.secretName()).namespace(SYSTEM).build())
                .stringData(storage.secret().applyValue(value -> Map.of(storage.secretKey(), value)).asSecret())
                .build(),
                in(provider, List.of()));
        return release("storage", storage.chart(), storage.repository(), storage.version(), SYSTEM,
                provider, List.of(login));
    }

    private static Release release(String name, String chart, String repository, String version, String namespace,
            Provider provider,
            List<Resource> after) {
        return new Release(name, ReleaseArgs.builder().name(name).chart(chart).version(version).namespace(namespace).createNamespace(true)
                .atomic(true).repositoryOpts(RepositoryOptsArgs.builder().repo(repository).build()).build(), in(provider, after));
    }

    private static CustomResourceOptions in(Provider provider, List<Resource> after) {
        return CustomResourceOptions.builder().provider(provider).dependsOn(after).build();
    }
}
