package com.fanfinity.analytics.shipping;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.config.AddressRange;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.testing.Program;

class ComposeTest {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)");
    private static final Set<String> INSTANCES = Set.of("service", "service-2", "service-3");

    private static String text() throws IOException {
        return Yaml.read("compose.yaml");
    }

    private static Yaml service(String name) throws IOException {
        return Yaml.parse(text()).at("services", name);
    }

    @Test
    void compose_keepsTheRules() throws IOException {
        assertEquals(List.of(), ComposeRules.faults(text()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            apache/kafka:4.2.2@sha256       | apache/kafka:latest@sha256   | kafka: image without version
            v3.15.0@sha256:efd719c99d83b060 | v3.15.0@sha256:efd719c9      | prometheus: image without version
            127.0.0.1:${GRAFANA_PORT        | 0.0.0.0:${GRAFANA_PORT       | grafana: port not on loopback only
            127.0.0.1:${HTTP_PORT           | ${HTTP_PORT                  | service: port not on loopback only
            cap_drop: [ALL]                 | cap_drop: [NET_RAW]          | kafka: keeps capabilities
            no-new-privileges:true          | no-new-privileges:false      | kafka: can gain privileges
            user: 101:101                   | privileged: true             | clickhouse: has more privileges
            user: 10001:10001               | user: root                   | service: user is root
            "read_only: true"               | "read_only: false"           | service-3: root file system is writable
            memory: 2G                      | cpu_shares: 2                | clickhouse: has limits only for
            max-size: 10m                   | max-age: 10m                 | jaeger: log grows
            retries: 3                      | tries: 3                     | service: health check is incomplete
            condition: service_healthy      | condition: service_started   | grafana: does not wait until prometheus
            service_completed_successfully  | service_healthy              | clickhouse: backups-volume would never end
            "restart: 'no'"                 | "restart: always"            | clickhouse: backups-volume would never end
            backups:/backups                | backup:/backups              | backup: unnamed volume
            start_period: 30m               | start: 30m                   | backup: health check is incomplete
            "profiles: [scale]"             | "profiles: [demo]"           | profiles: are
            "    profiles: [tools]"         | ""                           | profiles: are
            kafka:/var/lib/kafka            | kafka-data:/var/lib/kafka    | kafka: unnamed volume
            network_mode: service:kafka     | network_mode: host           | kafka-access: has more privileges
            ./docker/proxy/nginx.conf       | ./docker/proxy/gone.conf     | proxy: no such file
            fanfinity.xml:ro                | fanfinity.xml                | clickhouse: can write
            ${GRAFANA_PASSWORD:?make | admin-${GRAFANA_PASSWORD:?make | grafana: secret in the file: GF_SECURITY_ADMIN
            """)
    void rules_fileWithFault_reportIt(String good, String bad, String fault) throws IOException {
        String text = text();
        assertTrue(text.contains(good), good);

        List<String> found = ComposeRules.faults(text.replace(good, bad));

        assertTrue(found.stream().anyMatch(line -> line.startsWith(fault)), () -> fault + " is not among " + found);
    }

    @Test
    void instances_getEverySettingAndDifferOnlyInTheirName() throws IOException {
        Map<String, Yaml> first = service("service").at("environment").map();
        Set<String> withoutFiles = SettingsLoader.defaults().keySet().stream().filter(name -> !name.endsWith("_FILE"))
                .collect(Collectors.toCollection(TreeSet::new));
        withoutFiles.addAll(Set.of("API_KEYS_FILE", "JWT_JWKS_FILE", "JAVA_TOOL_OPTIONS",
                "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER_ARG"));
        assertEquals(withoutFiles, first.keySet());
        for (String name : INSTANCES) {
            Map<String, Yaml> environment = new TreeMap<>(service(name).at("environment").map());
            assertEquals(name, environment.put("INTERNAL_ADVERTISED_HOST", new Yaml("service")).text());
            assertEquals(first, environment);
        }
        assertEquals(INSTANCES.size(), INSTANCES.stream().map(ComposeTest::state).distinct().count(),
                "each has its own state volume");
    }

    private static String state(String instance) {
        try {
            return service(instance).at("volumes").texts().getFirst();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void instances_haveEnoughTimeToStop() throws Exception {
        Duration takes = SettingsLoader.load(Map.of()).shutdownTimeout();
        for (String name : INSTANCES) {
            String grace = service(name).at("stop_grace_period").text();
            assertTrue(Duration.parse("PT" + grace).compareTo(takes.plusSeconds(5)) >= 0, name + ": " + grace);
        }
    }

    @Test
    void instances_useTheImagesJavaOptionsByDefault() throws IOException {
        Matcher own = Pattern.compile("JAVA_TOOL_OPTIONS=\"(.*)\"").matcher(Yaml.read("docker/Dockerfile"));
        assertTrue(own.find());
        for (String name : INSTANCES) {
            assertEquals("${JAVA_TOOL_OPTIONS:-" + own.group(1) + "}",
                    service(name).at("environment", "JAVA_TOOL_OPTIONS").text());
        }
    }

    /// Compose adds arguments before the image's. They are empty unless tracing is on.
    @Test
    void instances_areTracedByOneVariable() throws IOException {
        for (String name : INSTANCES) {
            List<String> command = service(name).at("command").texts();
            assertEquals("@/app/agent/${TRACING:-off}.options", command.getFirst());
            assertEquals(DockerfileTest.command(), command.subList(1, command.size()));
            assertTrue(service("jaeger").at("networks").texts().containsAll(List.of("data"))
                    && service(name).at("networks").texts()
                            .contains("data"),
                    name + " does not reach Jaeger");
        }
        assertEquals(List.of(), DockerfileTest.options("off"));
    }

    /// Clients of a plain listener are administrators, so it listens on the loopback of its container only.
    @Test
    void kafka_reachableListeners_requireALogin() throws IOException {
        Map<String, Yaml> broker = service("kafka").at("environment").map();
        String protocols = "," + requireNonNull(broker.get("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP")).text() + ",";
        for (String listener : requireNonNull(broker.get("KAFKA_LISTENERS")).text().split(",", -1)) {
            String name = listener.substring(0, listener.indexOf(':'));
            assertTrue(protocols.contains("," + name + ":SASL_PLAINTEXT,")
                    || listener.startsWith(name + "://127.0.0.1:"), listener);
        }
        assertEquals("User:ANONYMOUS", requireNonNull(broker.get("KAFKA_SUPER_USERS")).text());
    }

    /// The backup uses the same ClickHouse, database and user as the service.
    @Test
    void backup_usesTheServicesDatabase() throws IOException {
        Map<String, Yaml> backup = service("backup").at("environment").map();
        Map<String, Yaml> instance = service("service").at("environment").map();
        backup.keySet().stream().filter(name -> !name.startsWith("BACKUP_"))
                .forEach(name -> assertEquals(instance.get(name), backup.get(name), name));
        assertTrue(backup.keySet().containsAll(
                Set.of("CLICKHOUSE_URL", "CLICKHOUSE_USER", "CLICKHOUSE_PASSWORD", "CLICKHOUSE_DATABASE")));
        List<String> mounts = service("clickhouse").at("volumes").texts();
        String disk = mounts.stream().filter(mount -> mount.startsWith("backups:")).findFirst().orElseThrow()
                .substring("backups:".length());
        assertTrue(Yaml.read("ops/clickhouse/config.d/backups.xml").contains("<path>" + disk + "/</path>"), disk);
        assertTrue(mounts.stream().anyMatch(mount -> mount.startsWith("./ops/clickhouse/config.d/backups.xml:")),
                mounts::toString);
        assertEquals(service("clickhouse").at("user").text(), service("backup").at("user").text(),
                "only the user that wrote the backups can delete them");
    }

    @Test
    void variables_areDescribedInEnvExample() throws IOException {
        String described = Yaml.read(".env.example");
        Matcher variables = VARIABLE.matcher(text());
        while (variables.find()) {
            String name = variables.group(1);
            assertTrue(Pattern.compile("\\b" + name + "\\b").matcher(described).find(),
                    name + " is not in .env.example");
        }
    }

    @Test
    void versions_equalTheTestedOnes() throws IOException {
        Matcher kafka = Pattern.compile("<kafka.broker.version>(.*)</").matcher(Yaml.read("pom.xml"));
        Matcher engine = Pattern.compile("lib-linux-x64-gnu\": \"([0-9.]+)-").matcher(Yaml.read("package.json"));
        assertTrue(kafka.find() && engine.find());
        for (String file : List.of("compose.yaml", ".github/workflows/ci.yml")) {
            assertTrue(Yaml.read(file).contains("image: apache/kafka:" + kafka.group(1) + "@"), file);
            assertTrue(Yaml.read(file).contains("image: clickhouse/clickhouse-server:" + engine.group(1) + "."), file);
        }
    }

    @Test
    void prometheus_differsFromOpsOnlyInAddresses() throws IOException {
        assertEquals(withoutAddresses("ops/prometheus/prometheus.yml"),
                withoutAddresses("docker/prometheus/prometheus.yml"));
        String names = service("proxy").at("depends_on").map().keySet().toString();
        assertTrue(Yaml.read("docker/prometheus/prometheus.yml").contains("names: " + names), names);
    }

    @Test
    void prometheus_configuration_isAccepted() throws Exception {
        Program.Result result = Program.find("promtool").run(Duration.ofSeconds(60), Yaml.path("docker/prometheus"), "",
                "check", "config",
                "--syntax-only", "prometheus.yml");

        assertEquals(0, result.exitCode(), result.output());
    }

    private static String withoutAddresses(String file) throws IOException {
        return Yaml.read(file).lines().dropWhile(line -> line.startsWith("#"))
                .filter(line -> !line.strip().startsWith("#"))
                .collect(Collectors.joining("\n"))
                .replaceAll("(?s)    (file_sd|dns_sd)_configs:.*?(?=\n\n)", "    addresses")
                .replaceAll("targets: \\['[^']*'\\]", "targets");
    }

    @Test
    void proxy_knowsEveryInstance() throws IOException {
        String proxy = Yaml.read("docker/proxy/nginx.conf");
        INSTANCES.forEach(name -> assertTrue(proxy.contains("server " + name + ":8080 "), name));
    }

    /// Otherwise all clients of the proxy count as one address. A container that had its address could invent clients.
    @Test
    void proxy_isTheOnlyOneWhoseClientsAreBelieved() throws Exception {
        String address = service("proxy").at("networks", "front", "ipv4_address").text();
        Map<String, String> pool = Yaml.parse(text()).at("networks", "front", "ipam", "config").list().getFirst().map()
                .entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().text()));
        InetAddress proxy = InetAddress.ofLiteral(address);
        assertTrue(AddressRange.parse(requireNonNull(pool.get("subnet"))).contains(proxy), address);
        assertFalse(AddressRange.parse(requireNonNull(pool.get("ip_range"))).contains(proxy), address);
        for (String name : INSTANCES) {
            String setting = service(name).at("environment", "TRUSTED_PROXIES").text();
            String usual = setting.substring(setting.indexOf(":-") + 2, setting.length() - 1);
            assertEquals(List.of(AddressRange.parse(address)),
                    SettingsLoader.load(Map.of("TRUSTED_PROXIES", usual)).security().trustedProxies(), name);
            assertTrue(service(name).at("networks").texts().contains("front"), name);
        }
        assertTrue(Yaml.read("docker/proxy/nginx.conf").contains("proxy_set_header X-Forwarded-For $remote_addr;"));
    }

    @Test
    void clickHouse_hasOneUserThatWritesAndOneThatOnlyReads() throws IOException {
        String users = Yaml.read("docker/clickhouse/users.xml");
        String grafana = users.substring(users.indexOf("<grafana>"), users.indexOf("</grafana>"));
        assertTrue(grafana.contains("<profile>reader</profile>") && users.contains("<readonly>2</readonly>"));
        assertTrue(Pattern.compile("<query>GRANT (.*) ON ").matcher(grafana).results()
                .allMatch(grant -> grant.group(1).equals("SELECT")));
        assertTrue(users.contains("<default remove=\"remove\"/>"), "the user without a password");
        assertTrue(Pattern.compile("<password[ >]").matcher(users).results().count() == 2
                && Pattern.compile("<password from_env=\"\\w+\"/>").matcher(users).results().count() == 2,
                "passwords only from the environment");
    }
}
