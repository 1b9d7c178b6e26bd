package com.fanfinity.infrastructure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.pulumi.core.Output;
import com.pulumi.resources.ResourceOptions;
import com.pulumi.resources.ResourceTransformation;
import com.pulumi.test.Mocks;
import com.pulumi.test.PulumiTest;
import com.pulumi.test.TestOptions;
import com.pulumi.test.TestResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

import com.fanfinity.infrastructure.hetzner.HetznerCloud;

/// Runs the program against Pulumi's mocks and checks the resources that it requests from the providers.
class InfrastructureTest {

    private static final String TOKEN = "a-token-that-nobody-knows";

    private final Recorder recorder = new Recorder();

    /// Answers like a cloud, with numeric ids, and records the requested resources.
    private static final class Recorder implements Mocks {

        private final List<ResourceArgs> asked = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger ids = new AtomicInteger(1000);

        @Override
        public CompletableFuture<ResourceResult> newResourceAsync(ResourceArgs args) {
            asked.add(args);
            Map<String, Object> state = new HashMap<>(args.inputs);
            state.putAll(Map.of("ipv4Address", "203.0.113.7", "ipv4", "203.0.113.80", "stdout",
                    "server: https://127.0.0.1:6443"));
            return CompletableFuture.completedFuture(ResourceResult.of(Optional.of(String.valueOf(ids.incrementAndGet())), state));
        }

        List<ResourceArgs> of(String type) {
            return asked.stream().filter(args -> args.type.endsWith(":" + type)).toList();
        }
    }

    /// Resource name → its Pulumi options.
    private final Map<String, ResourceOptions> options = new ConcurrentHashMap<>();

    private static StackSettings settings() {
        return settings(4);
    }

    private static StackSettings settings(int workers) {
        return new StackSettings(cluster(3, workers, "198.51.100.0/24"),
                service("kafka-1:9092,kafka-2:9094", "http://clickhouse:8123", List.of("10.1.0.0/24", "10.2.0.7/32")));
    }

    private static ClusterSettings cluster(int servers, int workers, String adminCidr) {
        return new ClusterSettings("fanfinity", "fsn1", servers, "cx22", workers, "ccx23", "v1.33.1+k3s1",
                List.of(adminCidr),
                "ssh-ed25519 AAAA", Output.ofSecret("private"), Output.ofSecret(TOKEN), Output.ofSecret("cloud-token"));
    }

    private static ServiceSettings service(String kafka, String clickHouse, List<String> kafkaCidrs) {
        return new ServiceSettings("1.2.3", "analytics.example.com", kafka, kafkaCidrs, clickHouse,
                List.of("10.3.0.0/16"),
                Output.ofSecret("internal-0123456789"), Output.ofSecret("password"), Output.ofSecret("{\"keys\": []}"));
    }

    private TestResult run(StackSettings settings, Cloud cloud) {
        ResourceTransformation keep = args -> {
            options.put(args.resource().pulumiResourceName(), args.options());
            return Optional.empty();
        };
        return PulumiTest.withOptions(TestOptions.builder().resourceTransformations(List.of(keep)).build()).withMocks(recorder)
                .runTest(context -> Main.define(context, settings, cloud)).throwOnError();
    }

    @AfterEach
    void cleanUp() {
        PulumiTest.cleanup();
    }

    @Test
    void define_hetzner_createsAllNodesInOneNetwork() {
        run(settings(), new HetznerCloud());

        List<Mocks.ResourceArgs> servers = recorder.of("Server");
        assertEquals(7, servers.size());
        assertEquals(7, servers.stream().map(server -> first(server.inputs, "networks").get("ip")).distinct().count());
        assertEquals(1, servers.stream().map(server -> first(server.inputs, "networks").get("networkId"))
                .distinct().count());
        assertEquals(4, servers.stream().filter(server -> map(server.inputs.get("labels")).get("role").equals("worker")).count());
        assertEquals("cluster=fanfinity,role=worker", recorder.of("LoadBalancerTarget").getFirst().inputs.get("labelSelector"));
        assertEquals(List.of(80.0, 443.0),
                recorder.of("LoadBalancerService").stream().map(service -> service.inputs.get("listenPort")).toList());
    }

    @Test
    void define_hetzner_acceptsOnlyAdminsFromTheInternet() {
        run(settings(), new HetznerCloud());

        assertEquals(1, recorder.of("Firewall").size());
        assertTrue(recorder.of("Server").stream()
                .allMatch(server -> ((List<?>) server.inputs.get("firewallIds")).size() == 1));
        list(recorder.of("Firewall").getFirst().inputs.get("rules")).forEach(rule -> assertEquals(List.of("198.51.100.0/24"),
                map(rule).get("sourceIps"), rule::toString));
        assertThrows(IllegalArgumentException.class, () -> cluster(3, 1, "0.0.0.0/0"));
    }

    @Test
    void define_hetzner_firstServerCreatesTheClusterAndAllOthersJoin() {
        run(settings(), new HetznerCloud());

        List<String> commands = recorder.of("Server").stream().map(server -> userData(server.inputs)).map(InfrastructureTest::installation)
                .toList();
        assertEquals(1, commands.stream().filter(command -> command.contains("--cluster-init")).count());
        assertEquals(6, commands.stream().filter(command -> command.contains("--server https://10.0.1.10:6443"))
                .count());
        assertTrue(commands.stream().allMatch(command -> command.contains("INSTALL_K3S_VERSION='v1.33.1+k3s1'")));
        assertTrue(commands.stream().noneMatch(command -> command.contains(TOKEN)), "the token is on a command line");
    }

    @Test
    void define_evenNumberOfServers_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> cluster(2, 1, "198.51.100.0/24"));
    }

    /// By default Flannel takes the public interface, whose firewall drops traffic between pods.
    @Test
    void define_hetzner_podsReachEachOtherOverThePrivateNetwork() {
        run(settings(), new HetznerCloud());

        for (Mocks.ResourceArgs server : recorder.of("Server")) {
            String address = String.valueOf(first(server.inputs, "networks").get("ip"));
            String command = installation(userData(server.inputs));
            assertTrue(command.contains(" --node-ip " + address + " --flannel-iface \"$(ip -o -4 addr show to "
                    + address + " | "), command);
            assertTrue(command.indexOf("until ip -o -4 addr show to " + address) < command.indexOf("curl"),
                    "it waits for the network first");
        }
    }

    /// A change of these properties would replace all nodes at once.
    @Test
    void define_hetzner_ignoresChangesThatWouldReplaceNodes() {
        run(settings(), new HetznerCloud());

        for (Mocks.ResourceArgs server : recorder.of("Server")) {
            ResourceOptions minded = options.get(server.name);
            assertEquals(List.of("userData", "sshKeys", "image"), minded.getIgnoreChanges(), server.name);
            assertEquals(server.name.contains("-server-"), minded.isProtect(), server.name);
        }
    }

    @Test
    void define_hetzner_placementGroupsHoldTenNodes() {
        run(settings(21), new HetznerCloud());

        assertEquals(1 + 3, recorder.of("PlacementGroup").size());
        Map<Object, Long> sizes = recorder.of("Server").stream()
                .collect(Collectors.groupingBy(server -> server.inputs.get("placementGroupId"), Collectors.counting()));
        assertEquals(List.of(1L, 3L, 10L, 10L), sizes.values().stream().sorted().toList());
        assertEquals(4, recorder.of("PlacementGroup").stream().map(group -> group.inputs.get("name"))
                .distinct().count());
    }

    @Test
    void define_hetznerMoreWorkersThanItsNetworkAllows_isRejected() {
        RuntimeException refusal = assertThrows(RuntimeException.class, () -> run(settings(91), new HetznerCloud()));

        assertTrue(refusal.toString().contains("90 workers"), refusal::toString);
    }

    /// Kafka and ClickHouse are outside the cluster, so policies must select them by network, not by namespace.
    @Test
    void define_service_canReachKafkaAndClickHouse() {
        run(settings(), new HetznerCloud());

        Map<String, Object> policy = map(chartValues().get("networkPolicy"));
        assertEquals(Map.of("to", List.of(Map.of("ipBlock", Map.of("cidr", "10.1.0.0/24")),
                        Map.of("ipBlock", Map.of("cidr", "10.2.0.7/32"))),
                "ports", List.of(9092.0, 9094.0)), policy.get("kafka"));
        assertEquals(Map.of("to", List.of(Map.of("ipBlock", Map.of("cidr", "10.3.0.0/16"))), "ports", List.of(8123.0)),
                policy.get("clickhouse"));
    }

    @ParameterizedTest
    @CsvSource({"kafka:9092, http://clickhouse:8123, 0.0.0.0/0, kafkaCidrs",
        "kafka:9092, http://clickhouse:8123, 10.0.0.1, kafkaCidrs",
        "kafka:9092, http://clickhouse:8123, ::/0, kafkaCidrs", "kafka:9092, http://clickhouse:8123, '', kafkaCidrs",
        "kafka, http://clickhouse:8123, 10.0.0.0/8, kafkaBootstrapServers",
        "kafka:9092, http://clickhouse, fd00::/8, clickhouseUrl"})
    void settings_withUnusableAddresses_areRejected(String kafka, String clickHouse, String cidr, String setting) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> service(kafka, clickHouse, List.of(cidr)));

        assertTrue(refusal.getMessage().startsWith(setting + " must "), refusal::getMessage);
    }

    @Test
    void define_service_isInstalledWithTheChart() throws IOException {
        run(settings(), new HetznerCloud());

        Map<String, Object> values = chartValues();
        assertEquals("1.2.3", map(values.get("image")).get("tag"));
        assertEquals("hcloud-volumes", map(map(values.get("streams")).get("persistence")).get("storageClass"));
        assertTrue(Files.exists(Path.of(String.valueOf(release().inputs.get("chart"))).resolve("Chart.yaml")));
        Map<String, Object> known = new Yaml().load(Files.readString(Path.of(Platform.CHART, "values.yaml")));
        assertKnown(values, known, "");
        assertEquals("restricted", map(map(recorder.of("Namespace").getFirst().inputs.get("metadata")).get("labels"))
                .get("pod-security.kubernetes.io/enforce"));
    }

    @Test
    void define_secrets_areMarkedAsSecret() {
        TestResult result = run(settings(), new HetznerCloud());

        assertEquals("server: https://203.0.113.7:6443", PulumiTest.extractValue(result.output("kubeconfig")));
        assertTrue(isSecret(result.output("kubeconfig")));
        assertFalse(isSecret(result.output("address")));
    }

    /// A pod waits for each key of the Secret that the chart names.
    @Test
    void define_secretOfTheService_hasEveryKeyOfTheChart() throws IOException {
        run(settings(), new HetznerCloud());

        Map<String, Object> chart = map(new Yaml().load(Files.readString(Path.of(Platform.CHART, "values.yaml"))));
        List<String> needed = map(map(chart.get("secrets")).get("keys")).values().stream().map(String::valueOf)
                .filter(key -> !key.isEmpty()).sorted().toList();
        Object data = recorder.of("Secret").stream().filter(args -> args.name.equals("service")).findFirst()
                .orElseThrow().inputs.get("stringData");
        Map<String, Object> made = map(data instanceof Output<?> output ? PulumiTest.extractValue(output) : data);
        assertEquals(needed, made.keySet().stream().sorted().toList());
    }

    /// A new cloud needs only one new class.
    @Test
    void define_anotherCloud_getsTheSameService() {
        TestResult result = run(settings(),
                settings -> new Cluster(Output.ofSecret("kubeconfig"), Output.of("192.0.2.1"),
                new Cluster.Storage("fast", "csi", "https://example.com", "1.0.0", "csi", "key", settings.cloudToken()),
                List.of()));

        assertEquals(List.of(), recorder.of("Server"));
        assertEquals(3, recorder.of("Release").size());
        assertEquals("192.0.2.1", PulumiTest.extractValue(result.output("address")));
    }

    private Mocks.ResourceArgs release() {
        return recorder.of("Release").stream().filter(args -> args.name.equals("analytics")).findFirst().orElseThrow();
    }

    private Map<String, Object> chartValues() {
        return map(release().inputs.get("values"));
    }

    private static void assertKnown(Map<String, Object> values, Map<String, Object> known, String path) {
        values.forEach((name, value) -> {
            assertTrue(known.containsKey(name), () -> "the chart has no value " + path + name);
            if (value instanceof Map && known.get(name) instanceof Map) {
                assertKnown(map(value), map(known.get(name)), path + name + ".");
            }
        });
    }

    private static boolean isSecret(Output<?> output) {
        return com.pulumi.core.internal.Internal.of(output).isSecret().join();
    }

    private static String userData(Map<String, Object> inputs) {
        Object userData = inputs.get("userData");
        return userData instanceof Output<?> output ? String.valueOf(PulumiTest.extractValue(output))
                : String.valueOf(userData);
    }

    /// The command that cloud-init runs, parsed from the YAML file.
    private static String installation(String userData) {
        assertTrue(userData.startsWith("#cloud-config\n"), userData);
        Map<String, Object> parsed = new Yaml().load(userData);
        return String.valueOf(list(parsed.get("runcmd")).getFirst());
    }

    private static Map<String, Object> first(Map<String, Object> inputs, String name) {
        return map(list(inputs.get(name)).getFirst());
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
