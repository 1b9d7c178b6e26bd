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
import java.util.concurrent.atomic.AtomicInteger;

import com.pulumi.core.Output;
import com.pulumi.test.Mocks;
import com.pulumi.test.PulumiTest;
import com.pulumi.test.TestResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import com.fanfinity.infrastructure.hetzner.HetznerCloud;

/// The whole program against Pulumi's mocks: what it would ask the providers for.
class InfrastructureTest {

    private static final String TOKEN = "a-token-that-nobody-knows";

    private final Recorder recorder = new Recorder();

    /// Answers as a cloud would, with numbers as ids, and keeps what it was asked for.
    private static final class Recorder implements Mocks {

        private final List<ResourceArgs> asked = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger ids = new AtomicInteger(1000);

        @Override
        public CompletableFuture<ResourceResult> newResourceAsync(ResourceArgs args) {
            asked.add(args);
            Map<String, Object> state = new HashMap<>(args.inputs);
            state.putAll(Map.of("ipv4Address", "203.0.113.7", "ipv4", "203.0.113.80", "stdout", "server: https://127.0.0.1:6443"));
            return CompletableFuture.completedFuture(ResourceResult.of(Optional.of(String.valueOf(ids.incrementAndGet())), state));
        }

        List<ResourceArgs> of(String type) {
            return asked.stream().filter(args -> args.type.endsWith(":" + type)).toList();
        }
    }

    private static StackSettings settings() {
        return new StackSettings(
                new ClusterSettings("fanfinity", "fsn1", 3, "cx22", 4, "ccx23", "v1.33.1+k3s1", List.of("198.51.100.0/24"), "ssh-ed25519 AAAA",
                        Output.ofSecret("private"), Output.ofSecret(TOKEN), Output.ofSecret("cloud-token")),
                new ServiceSettings("1.2.3", "analytics.example.com", "kafka:9092", "http://clickhouse:8123",
                        Output.ofSecret("internal-0123456789"), Output.ofSecret("password")));
    }

    private TestResult run(StackSettings settings, Cloud cloud) {
        return PulumiTest.withMocks(recorder).runTest(context -> Main.define(context, settings, cloud)).throwOnError();
    }

    @AfterEach
    void cleanUp() {
        PulumiTest.cleanup();
    }

    @Test
    void define_hetzner_describesAllNodesInOneNetwork() {
        run(settings(), new HetznerCloud());

        List<Mocks.ResourceArgs> servers = recorder.of("Server");
        assertEquals(7, servers.size());
        assertEquals(7, servers.stream().map(server -> first(server.inputs, "networks").get("ip")).distinct().count());
        assertEquals(1, servers.stream().map(server -> first(server.inputs, "networks").get("networkId")).distinct().count());
        assertEquals(4, servers.stream().filter(server -> map(server.inputs.get("labels")).get("role").equals("worker")).count());
        assertEquals("cluster=fanfinity,role=worker", recorder.of("LoadBalancerTarget").getFirst().inputs.get("labelSelector"));
        assertEquals(List.of(80.0, 443.0),
                recorder.of("LoadBalancerService").stream().map(service -> service.inputs.get("listenPort")).toList());
    }

    @Test
    void define_hetzner_isClosedToTheInternet() {
        run(settings(), new HetznerCloud());

        assertEquals(1, recorder.of("Firewall").size());
        assertTrue(recorder.of("Server").stream().allMatch(server -> ((List<?>) server.inputs.get("firewallIds")).size() == 1));
        list(recorder.of("Firewall").getFirst().inputs.get("rules")).forEach(rule -> assertEquals(List.of("198.51.100.0/24"),
                map(rule).get("sourceIps"), rule::toString));
        assertThrows(IllegalArgumentException.class, () -> new ClusterSettings("x", "fsn1", 3, "a", 1, "b", "v1", List.of("0.0.0.0/0"), "k",
                Output.of(""), Output.of(""), Output.of("")));
    }

    @Test
    void define_hetzner_oneServerMakesTheClusterAndAllJoinIt() {
        run(settings(), new HetznerCloud());

        List<String> commands = recorder.of("Server").stream().map(server -> userData(server.inputs)).map(InfrastructureTest::installation)
                .toList();
        assertEquals(1, commands.stream().filter(command -> command.contains("--cluster-init")).count());
        assertEquals(6, commands.stream().filter(command -> command.contains("--server https://10.0.1.10:6443")).count());
        assertTrue(commands.stream().allMatch(command -> command.contains("INSTALL_K3S_VERSION='v1.33.1+k3s1'")));
        assertTrue(commands.stream().noneMatch(command -> command.contains(TOKEN)), "the token is on a command line");
    }

    @Test
    void define_evenNumberOfServers_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ClusterSettings("x", "fsn1", 2, "a", 1, "b", "v1",
                List.of("198.51.100.0/24"), "k", Output.of(""), Output.of(""), Output.of("")));
    }

    @Test
    void define_service_isInstalledByTheChart() throws IOException {
        run(settings(), new HetznerCloud());

        Mocks.ResourceArgs release = recorder.of("Release").stream().filter(args -> args.name.equals("analytics")).findFirst().orElseThrow();
        Map<String, Object> values = map(release.inputs.get("values"));
        assertEquals("1.2.3", map(values.get("image")).get("tag"));
        assertEquals("hcloud-volumes", map(map(values.get("streams")).get("persistence")).get("storageClass"));
        assertTrue(Files.exists(Path.of(String.valueOf(release.inputs.get("chart"))).resolve("Chart.yaml")));
        Map<String, Object> known = new Yaml().load(Files.readString(Path.of(Platform.CHART, "values.yaml")));
        assertKnown(values, known, "");
        assertEquals("restricted", map(map(recorder.of("Namespace").getFirst().inputs.get("metadata")).get("labels"))
                .get("pod-security.kubernetes.io/enforce"));
    }

    @Test
    void define_secrets_areMarkedAsSuch() {
        TestResult result = run(settings(), new HetznerCloud());

        assertEquals("server: https://203.0.113.7:6443", PulumiTest.extractValue(result.output("kubeconfig")));
        assertTrue(isSecret(result.output("kubeconfig")));
        assertFalse(isSecret(result.output("address")));
    }

    /// Another cloud is one class.
    @Test
    void define_anotherCloud_getsTheSameService() {
        TestResult result = run(settings(), settings -> new Cluster(Output.ofSecret("kubeconfig"), Output.of("192.0.2.1"),
                new Cluster.Storage("fast", "csi", "https://example.com", "1.0.0", "csi", "key", settings.cloudToken()), List.of()));

        assertEquals(List.of(), recorder.of("Server"));
        assertEquals(3, recorder.of("Release").size());
        assertEquals("192.0.2.1", PulumiTest.extractValue(result.output("address")));
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
        return userData instanceof Output<?> output ? String.valueOf(PulumiTest.extractValue(output)) : String.valueOf(userData);
    }

    /// The command that cloud-init runs; the file must be YAML.
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
