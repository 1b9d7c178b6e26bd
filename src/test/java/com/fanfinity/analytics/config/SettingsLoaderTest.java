package com.fanfinity.analytics.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.config.Settings.ClickHouse;
import com.fanfinity.analytics.config.Settings.Http;
import com.fanfinity.analytics.config.Settings.Ingest;
import com.fanfinity.analytics.config.Settings.Kafka;
import com.fanfinity.analytics.config.Settings.Ledger;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.config.Settings.Sink;
import com.fanfinity.analytics.config.Settings.Streams;
import com.fanfinity.analytics.stack.SelfSigned;

class SettingsLoaderTest {
    private static final String PASSWORD = "hunter2";
    private static final String ADMIN_KEY = "0123456789abcdef";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void load_emptyEnvironment_givesTheDefaults() throws SettingsException {
        Settings expected = new Settings(EnumSet.allOf(Role.class),
                new Http("127.0.0.1", 8080, 8_192, 512, Duration.ofSeconds(75), 64L << 20),
                new Settings.Ops("127.0.0.1", 8082),
                new Settings.Edge(Optional.empty(), Set.of(), Set.of()),
                new Settings.Internal("127.0.0.1", 8081, "127.0.0.1", new Settings.Secret(""),
                        new Settings.Secret(""), List.of()),
                new Kafka("127.0.0.1:9092", 12, (short) -1, "", "", Map.of()),
                new Ingest(Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofSeconds(5), 64L << 20,
                        Duration.ofMillis(1), Duration.ofMillis(75)),
                new Streams(Path.of("data/streams"), 2, 1, Duration.ofMillis(500), Duration.ofMillis(250),
                        Duration.ofHours(48),
                        Duration.ofDays(7), 32L << 20,
                        128L << 20),
                new Settings.Live(6_000, 200), new Sink(50_000, 32L << 20, Duration.ofSeconds(1)),
                new ClickHouse(URI.create("http://127.0.0.1:8123"), "fanfinity", "default", new Secret(""),
                        Duration.ofSeconds(30)),
                new Ledger(Duration.ofSeconds(60)), Duration.ofSeconds(18), new Secret(""),
                new Security(true, false, Optional.empty(), Optional.empty(), List.of(),
                        AddressSource.X_FORWARDED_FOR,
                        new Rates(true, new Rate(2_000, 10_000), new Rate(4 << 20, 16 << 20), new Rate(50, 200),
                                new Rate(100, 400))));

        assertEquals(expected, SettingsLoader.load(Map.of()));
    }

    @Test
    void load_everyVariableSet_isMappedToItsOwnSetting() throws Exception {
        Path client = Files.writeString(folder.resolve("client.properties"),
                "compression.type=zstd\n");
        SelfSigned own = SelfSigned.create(folder);
        Path pem = Files.writeString(folder.resolve("tls.pem"), Files.readString(own.certificate()));
        Files.writeString(pem, Files.readString(own.key()), StandardOpenOption.APPEND);
        Map<String, String> environment = new HashMap<>(
                Map.of("HTTP_HOST", "0.0.0.0", "HTTP_PORT", "0", "KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2",
                        "KAFKA_PARTITIONS", "3", "KAFKA_REPLICATION_FACTOR", "2", "KAFKA_TOPIC_PREFIX", "eu.",
                        "KAFKA_CLIENT_CONFIG_FILE",
                        client.toString(),
                        "INGEST_MAX_AHEAD", "7d", "INGEST_TIMEOUT", "250ms", "INGEST_MAX_IN_FLIGHT", "1GiB"));
        environment.putAll(Map.of("INGEST_LINGER", "0ms", "STATE_DIR", "/var/lib/x", "STREAMS_THREADS", "4",
                "STREAMS_COMMIT_INTERVAL",
                "2s",
                "STREAMS_PUBLISH_INTERVAL", "3s", "STREAMS_DEDUPE_WINDOW", "5m", "STREAMS_CACHE", "0B",
                "STREAMS_ROCKSDB_MEMORY", "20MiB",
                "SINK_BATCH_ROWS", "7", "SINK_BATCH_BYTES", "2MiB"));
        environment.putAll(Map.of("LEDGER_INTERVAL", "5s", "STREAMS_ARCHIVE_AFTER", "90d"));
        environment.putAll(
                Map.of("SINK_FLUSH_INTERVAL", "6s", "CLICKHOUSE_URL", "https://ch:8443", "CLICKHOUSE_DATABASE", "other",
                        "CLICKHOUSE_USER", "writer", "CLICKHOUSE_PASSWORD", PASSWORD, "CLICKHOUSE_TIMEOUT", "8s",
                        "SHUTDOWN_TIMEOUT", "9s",
                        "LOG_LEVEL",
                        "debug", "INGEST_LATENCY_TARGET", "77ms"));
        environment
                .putAll(Map.of("INTERNAL_HOST", "0.0.0.0", "INTERNAL_PORT", "9081", "INTERNAL_ADVERTISED_HOST", "pod-1",
                        "INTERNAL_SECRET",
                        "a-secret-of-16-or-more", "INTERNAL_SECRET_SECOND", "another-secret-of-16",
                        "INTERNAL_PEERS", "streams.example, 10.0.0.1"));
        environment.putAll(Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_USER", "u", "KAFKA_PASSWORD", PASSWORD,
                "KAFKA_CA_FILE", pem.toString(), "KAFKA_CERT_FILE", pem.toString(), "KAFKA_KEY_FILE",
                pem.toString()));
        environment.put("HTTP_MAX_CONNECTIONS", "99");
        environment.put("HTTP_MAX_CONNECTIONS_PER_ADDRESS", "88");
        environment.put("HTTP_IDLE_TIMEOUT", "620s");
        environment.put("HTTP_MAX_ANSWERS", "9MiB");
        environment.put("ADMIN_KEY", ADMIN_KEY);
        environment.put("KAFKA_EVENTS_TOPIC", "raw");
        environment.put("ROLES", "sink, ingest");
        environment.put("STREAMS_STANDBYS", "2");
        environment.put("INGEST_FANS_MAX_AHEAD", "90s");
        environment.put("LIVE_MAX_VIEWERS", "55");
        environment.put("LIVE_MAX_VIEWERS_PER_ADDRESS", "44");

        Path authorities = Files.writeString(folder.resolve("ca.pem"), "PEM");
        environment.putAll(Map.of("OPS_HOST", "0.0.0.0", "OPS_PORT", "0", "TLS_CERT_FILE", "/tls/crt.pem",
                "TLS_KEY_FILE", "/tls/key.pem", "CORS_ORIGINS", "https://a.example, http://b.example:81",
                "ALLOWED_HOSTS", "stats.example,*.example", "CLICKHOUSE_CA_FILE", authorities.toString(),
                "CLICKHOUSE_READ_USER", "reader", "CLICKHOUSE_READ_PASSWORD", ADMIN_KEY));
        environment.putAll(Map.of("AUTH", "off", "AUTH_OFF_EXPOSED", "yes", "READ_ACCESS", "key", "API_KEYS_FILE",
                "/run/keys.json", "TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8", "CLIENT_ADDRESS_FROM", "proxy-protocol",
                "RATES", "on"));
        environment.putAll(Map.of("RATE_EVENTS", "1", "RATE_EVENTS_BURST", "5000", "RATE_BYTES", "2MiB",
                "RATE_BYTES_BURST", "9MiB", "RATE_READS", "3", "RATE_READS_BURST", "10", "RATE_ADDRESS", "4",
                "RATE_ADDRESS_BURST", "5"));

        environment.putAll(Map.of("JWT_ISSUER", "https://id.example", "JWT_AUDIENCE", "fanfinity", "JWT_JWKS_URL",
                "https://id.example/keys", "JWT_JWKS_REFRESH", "1h"));

        Settings settings = SettingsLoader.load(environment);

        Settings expected = new Settings(Set.of(Role.SINK, Role.INGEST),
                new Http("0.0.0.0", 0, 99, 88, Duration.ofSeconds(620), 9L << 20),
                new Settings.Ops("0.0.0.0", 0),
                new Settings.Edge(Optional.of(new Settings.Tls(Path.of("/tls/crt.pem"), Path.of("/tls/key.pem"))),
                        Set.of("https://a.example", "http://b.example:81"), Set.of("stats.example", "*.example")),
                new Settings.Internal("0.0.0.0", 9081, "pod-1", new Settings.Secret("a-secret-of-16-or-more"),
                        new Settings.Secret("another-secret-of-16"), List.of("streams.example", "10.0.0.1")),
                new Kafka("a:1,b:2", 3, (short) 2, "eu.", "raw",
                        Map.of("compression.type", "zstd", "security.protocol", "SASL_SSL", "sasl.mechanism",
                                "SCRAM-SHA-512", "sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" "
                                        + "password=\"hunter2\";",
                                "ssl.truststore.type", "PEM", "ssl.truststore.location", pem.toString(),
                                "ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain", Files.readString(pem),
                                "ssl.keystore.key", Files.readString(pem))),
                new Ingest(Duration.ofDays(7), Duration.ofSeconds(90), Duration.ofMillis(250), 1L << 30, Duration.ZERO,
                        Duration.ofMillis(77)),
                new Streams(Path.of("/var/lib/x"), 4, 2, Duration.ofSeconds(2), Duration.ofSeconds(3),
                        Duration.ofMinutes(5),
                        Duration.ofDays(90), 0, 20L << 20),
                new Settings.Live(55, 44), new Sink(7, 2L << 20, Duration.ofSeconds(6)),
                new ClickHouse(URI.create("https://ch:8443"), "other", "writer", new Secret(PASSWORD),
                        Duration.ofSeconds(8), Optional.of(authorities),
                        Optional.of(new ClickHouse.Reader("reader", new Secret(ADMIN_KEY)))),
                new Ledger(Duration.ofSeconds(5)), Duration.ofSeconds(9), new Secret(ADMIN_KEY),
                new Security(false, true, Optional.of(Path.of("/run/keys.json")),
                        Optional.of(new Jwt("https://id.example", "fanfinity",
                                new Jwt.KeySetUrl(URI.create("https://id.example/keys"), Duration.ofHours(1)))),
                        List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("fd00::/8")),
                        AddressSource.PROXY_PROTOCOL,
                        new Rates(true, new Rate(1, 5_000), new Rate(2 << 20, 9 << 20), new Rate(3, 10),
                                new Rate(4, 5))));
        assertEquals(expected, settings);
        assertEquals(SettingsLoader.defaults().keySet(),
                union(environment.keySet(), "CLICKHOUSE_PASSWORD_FILE", "ADMIN_KEY_FILE", "INTERNAL_SECRET_FILE",
                        "INTERNAL_SECRET_SECOND_FILE", "CLICKHOUSE_READ_PASSWORD_FILE", "KAFKA_PASSWORD_FILE",
                        "JWT_JWKS_FILE"),
                "a variable is not tried here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CORS_ORIGINS=*", "CORS_ORIGINS=https://a.example/", "CORS_ORIGINS=a.example",
        "CORS_ORIGINS=null", "CORS_ORIGINS=https://a.example,", "ALLOWED_HOSTS=a.example:80", "ALLOWED_HOSTS=a.*",
        "INTERNAL_PEERS=a b", "TLS_CERT_FILE=/c.pem", "TLS_KEY_FILE=/k.pem", "CLICKHOUSE_CA_FILE=/nothing.pem",
        "CLICKHOUSE_READ_PASSWORD=x", "INTERNAL_SECRET_SECOND=a-secret-of-16-or-more"})
    void load_invalidEdgeOrHalfOfAPair_isAFault(String assignment) {
        String[] parts = assignment.split("=", 2);
        assertEquals(1, faults(Map.of(parts[0], parts[1])).size(), assignment);
    }

    /// The service compares origins byte by byte with those that browsers send.
    @ParameterizedTest
    @ValueSource(strings = {"https://a.example/", "https://a.example/app", "https://a.example?x", "https://a.example#x",
        "https://u@a.example", "https://u:p@a.example", "https://a.example:443", "http://a.example:80",
        "https://a.example:", "https://a.example:0", "https://a.example:65536", "https://a.example:0443",
        "https://A.example", "HTTPS://a.example", "https://*.example", "*", "null", "a.example", "//a.example",
        "https://", "https://a..example", "https://.example", "https://a.example.", "https://fußball.example",
        "https://a.example%2e", "https://127.1", "https://0x7f.0.0.1", "https://127.0.0.256", "https://[::1",
        "https://::1", "https://[0:0:0:0:0:0:0:1]",
        "https://[2001:DB8::1]", "https://[2001:db8:0::1]", "https://[::ffff:1.2.3.4]",
        "https://[::ffff:102:304]:443", "ftp://a.example", "file://", "https:/a.example", "https://a.example\\",
        "https://a.example https://b.example"})
    void load_originThatNoBrowserSends_isAFaultOfTheSetting(String origin) {
        List<String> faults = faults(Map.of("CORS_ORIGINS", "https://good.example," + origin));

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.getFirst().startsWith("CORS_ORIGINS must be origins as browsers send them")
                && faults.getFirst().endsWith("not \"" + origin + '"'), faults::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example", "http://a.example:443", "https://a.example:80",
        "http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000", "https://[2001:db8::1:0:0:1]",
        "https://[2001:db8:1:1:1:1:0:1]", "https://[::]", "https://[1::]", "https://[2001:0:0:1::1]",
        "https://xn--fuball-cta.example", "https://a_b.example-1.de", "https://1.example"})
    void load_originOfABrowser_isAccepted(String origin) throws SettingsException {
        assertEquals(Set.of(origin), SettingsLoader.load(Map.of("CORS_ORIGINS", origin)).edge().corsOrigins());
    }

    @Test
    void load_tokens_needIssuerAudienceAndOnePlaceOfKeys() throws SettingsException {
        Map<String, String> byFile = Map.of("JWT_ISSUER", "a", "JWT_AUDIENCE", "b", "JWT_JWKS_FILE", "/run/jwks.json");
        assertEquals(Optional.of(new Jwt("a", "b", new Jwt.KeySetFile(Path.of("/run/jwks.json")))),
                SettingsLoader.load(byFile).security().jwt());

        for (String name : byFile.keySet()) {
            Map<String, String> less = new HashMap<>(byFile);
            less.remove(name);
            assertFalse(faults(less).isEmpty(), name);
            assertEquals(1, faults(Map.of(name, "/x")).size() - (name.equals("JWT_ISSUER") ? 1 : 0), name);
        }
        Map<String, String> both = new HashMap<>(byFile);
        both.put("JWT_JWKS_URL", "https://id.example/keys");
        assertEquals(List.of("JWT_JWKS_FILE or JWT_JWKS_URL must be set with JWT_ISSUER, and only one of them"),
                faults(both));
        assertEquals(List.of("JWT_JWKS_URL is set without JWT_ISSUER, so no token would be accepted"),
                faults(Map.of("JWT_JWKS_URL", "https://id.example/keys")));
        assertEquals(List.of("JWT_AUDIENCE is missing; JWT_ISSUER needs it",
                "JWT_JWKS_FILE or JWT_JWKS_URL must be set with JWT_ISSUER, and only one of them"),
                faults(Map.of("JWT_ISSUER", "a")));
        assertEquals(List.of("JWT_ISSUR is not a setting of this service"), faults(Map.of("JWT_ISSUR", "a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://id.example/keys", "https://", "https:keys", "id.example",
        "https://u:p@id.example/k", "https://id.example/keys#a", "file:///etc/keys", "https://a b/"})
    void load_urlOfKeysThatIsNotPlainHttps_isAFault(String url) {
        assertEquals(List.of("JWT_JWKS_URL must be an https URL with a host, and without a user and a fragment"),
                faults(Map.of("JWT_JWKS_URL", url)));
    }

    @Test
    void load_moreViewersThanNineTenthsOfTheConnections_isAFault() throws SettingsException {
        assertEquals(1, faults(Map.of("LIVE_MAX_VIEWERS", "91", "HTTP_MAX_CONNECTIONS", "100")).size());
        assertEquals(90, SettingsLoader.load(Map.of("LIVE_MAX_VIEWERS", "90", "HTTP_MAX_CONNECTIONS", "100")).live()
                .maxViewers());
        assertEquals(90, SettingsLoader.load(Map.of("HTTP_MAX_CONNECTIONS", "100")).live().maxViewers());
    }

    @Test
    void load_unreachableInternalAddress_isAFaultOnlyWithASecret() throws SettingsException {
        for (String host : List.of("0.0.0.0", "::", "a_b", "a b")) {
            assertEquals(1,
                    faults(Map.of("INTERNAL_ADVERTISED_HOST", host, "INTERNAL_SECRET", "a-secret-of-16-or-more"))
                            .size(),
                    host);
        }
        assertEquals(1, faults(Map.of("INTERNAL_HOST", "0.0.0.0", "INTERNAL_SECRET", "a-secret-of-16-or-more")).size());
        assertEquals("0.0.0.0", SettingsLoader.load(Map.of("INTERNAL_HOST", "0.0.0.0")).internal().advertisedHost());
        assertEquals("fd00::1", SettingsLoader.load(Map.of("INTERNAL_ADVERTISED_HOST", "fd00::1", "INTERNAL_SECRET",
                "a-secret-of-16-or-more")).internal().advertisedHost());
    }

    @Test
    void load_everythingWrong_reportsAllFaultsTogether() {
        Map<String, String> environment = new TreeMap<>(SettingsLoader.defaults());
        Set<String> anything = Set.of("HTTP_HOST", "INTERNAL_HOST", "INTERNAL_ADVERTISED_HOST",
                "KAFKA_BOOTSTRAP_SERVERS",
                "CLICKHOUSE_USER", "CLICKHOUSE_PASSWORD", "CLICKHOUSE_READ_USER", "CLICKHOUSE_READ_PASSWORD",
                "OPS_HOST");
        environment.replaceAll((_, _) -> "?\u0000?");
        environment.keySet().removeAll(anything);

        List<String> faults = faults(environment);

        assertEquals(environment.keySet(),
                Set.copyOf(faults.stream().map(fault -> fault.substring(0, fault.indexOf(' '))).toList()));
    }

    @Test
    void load_faults_areAllInTheMessageOneALine() {
        SettingsException failure = assertThrows(SettingsException.class,
                () -> SettingsLoader.load(Map.of("HTTP_PORT", "x", "SINK_BATCH_ROWS", "0")));

        assertEquals("""
                The configuration has 2 faults:
                  HTTP_PORT must be a whole number from 0 to 65535, not "x"
                  SINK_BATCH_ROWS must be a whole number from 1 to 500000, not "0\"""", failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"INGEST_TIMOUT", "STREAMS_", "SINK_BATCH", "INGEST_max_ahead", "STREAMS_STATE_DIR"})
    void load_unknownNameOfOurs_isAFault(String name) {
        assertEquals(List.of(name + " is not a setting of this service"), faults(Map.of(name, "1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "KAFKA_PORT", "CLICKHOUSE_PORT", "DEMO", "MY_INGEST_X", "ingest_timeout",
        "INGESTION"})
    void load_namesOfOthers_areLeftAlone(String name) throws SettingsException {
        assertEquals(SettingsLoader.load(Map.of()), SettingsLoader.load(Map.of(name, "1")));
    }

    @Test
    void load_noReplicas_isRejected() {
        assertEquals(List.of("KAFKA_REPLICATION_FACTOR must be -1 (the brokers' default) or 1 to 10, not 0"),
                faults(Map.of("KAFKA_REPLICATION_FACTOR", "0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void load_blank_meansTheDefault(String blank) throws SettingsException {
        assertEquals(SettingsLoader.load(Map.of()),
                SettingsLoader.load(Map.of("HTTP_PORT", blank, "INGEST_TIMEOUT", blank, "CLICKHOUSE_URL", blank)));
    }

    @ParameterizedTest
    @CsvSource({"HTTP_PORT,0,65535,-1,65536", "KAFKA_PARTITIONS,1,1000,0,1001", "KAFKA_REPLICATION_FACTOR,-1,10,-2,11",
        "STREAMS_THREADS,1,64,0,65", "STREAMS_STANDBYS,0,2,-1,3",
        "SINK_BATCH_ROWS,1,500000,0,500001", "INGEST_MAX_AHEAD,0s,3650d,-1s,3651d",
        "INGEST_FANS_MAX_AHEAD,0s,3650d,-1s,3651d",
        "INGEST_TIMEOUT,100ms,2m,99ms,121s",
        "INGEST_LINGER,0ms,1s,-1ms,1001ms", "INGEST_LATENCY_TARGET,10ms,1m,9ms,61s",
        "STREAMS_COMMIT_INTERVAL,10ms,5s,9ms,6s",
        "STREAMS_PUBLISH_INTERVAL,10ms,30s,9ms,30001ms",
        "STREAMS_DEDUPE_WINDOW,1m,30d,59s,721h", "STREAMS_ARCHIVE_AFTER,1s,3650d,999ms,3651d",
        "SINK_FLUSH_INTERVAL,10ms,5m,9ms,301s",
        "CLICKHOUSE_TIMEOUT,1s,10m,999ms,11m", "JWT_JWKS_REFRESH,1m,24h,59s,25h", "HTTP_IDLE_TIMEOUT,1s,1h,999ms,3601s",
        "SHUTDOWN_TIMEOUT,1s,10m,999ms,601s", "INGEST_MAX_IN_FLIGHT,32MiB,8GiB,33554431B,9GiB",
        "STREAMS_CACHE,0B,8GiB,-1B,8589934593B",
        "STREAMS_ROCKSDB_MEMORY,16MiB,64GiB,15MiB,65GiB", "SINK_BATCH_BYTES,1MiB,1GiB,1023KiB,1025MiB"})
    void load_limits_areAcceptedAndValuesBeyondAreRejected(String name, String least, String most, String less,
            String more)
            throws SettingsException {
        SettingsLoader.load(Map.of(name, least));
        SettingsLoader.load(Map.of(name, most));

        assertEquals(1, faults(Map.of(name, less)).size());
        assertEquals(1, faults(Map.of(name, more)).size());
        assertTrue(faults(Map.of(name, more)).getFirst().startsWith(name + " must be "),
                faults(Map.of(name, more)).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "s", "5 sec", "1.5s", "PT5S", "5S", "5M", "1h30m", "0x5s", "5000000000000000s",
        "999999999999999d", "٥s",
        "5s "})
    void load_durationOfAnotherForm_isAFaultUnlessItIsOnlySpace(String text) throws SettingsException {
        if (text.isBlank() || text.strip().equals("5s")) {
            assertEquals(Duration.ofSeconds(5), SettingsLoader.load(Map.of("INGEST_TIMEOUT", text)).ingest().timeout());
        } else {
            assertEquals(1, faults(Map.of("INGEST_TIMEOUT", text)).size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "64MB", "64mib", "64M", "1.5GiB", "-64MiB", "999999999999999GiB", "64 MiB MiB",
        "KiB"})
    void load_sizeOfAnotherForm_isAFault(String text) {
        assertEquals(1, faults(Map.of("INGEST_MAX_IN_FLIGHT", text)).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "é", "a\nb"})
    void load_topicPrefixOfOtherCharacters_isAFault(String prefix) {
        assertEquals(1, faults(Map.of("KAFKA_TOPIC_PREFIX", prefix)).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-b", "1a", "a;drop", "a b", "`a`"})
    void load_databaseThatIsNoName_isAFault(String database) {
        assertEquals(1, faults(Map.of("CLICKHOUSE_DATABASE", database)).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ingest                    | INGEST
            live,ingest               | INGEST,LIVE
            sink , streams            | STREAMS,SINK
            sink,sink                 | SINK
            ingest,streams,live,sink  | INGEST,STREAMS,LIVE,SINK
            """)
    void load_roles_areASet(String text, String expected) throws SettingsException {
        Set<Role> roles = EnumSet.copyOf(Arrays.stream(expected.split(",")).map(Role::valueOf).toList());

        assertEquals(roles, SettingsLoader.load(Map.of("ROLES", text)).roles());
    }

    @ParameterizedTest
    @ValueSource(strings = {"igest", "ingest,stream", ",", "ingest,", "ingest streams", "INGEST", "all"})
    void load_rolesThatAreNone_areAFaultThatNamesThoseThereAre(String text) {
        assertEquals(List.of("ROLES must be one or more of ingest,streams,live,sink, not \"" + text + "\""),
                faults(Map.of("ROLES", text)));
    }

    // --- secrets

    @ParameterizedTest
    @ValueSource(strings = {"http://user:hunter2@host:8123", "http://hunter2@host",
        "http://host:8123/?user=a&password=hunter2",
        "jdbc:clickhouse://host/hunter2",
        "http://host/#hunter2", "http://user:hunter2 @host", "hunter2", "http://user:hun@ter2hunter2@host",
        "ftp://user:hunter2@host",
        "//host/hunter2"})
    void load_urlThatMayHoldASecret_isAFaultThatDoesNotRepeatIt(String url) {
        List<String> faults = faults(Map.of("CLICKHOUSE_URL", url));

        assertEquals(1, faults.size());
        assertFalse(faults.getFirst().contains(PASSWORD), faults.getFirst());
    }

    @Test
    void toString_ofSettingsWithSecrets_holdsNone() throws Exception {
        Path client = Files.writeString(folder.resolve("client.properties"), "sasl.jaas.config=" + PASSWORD);

        Settings settings = SettingsLoader
                .load(Map.of("CLICKHOUSE_PASSWORD", PASSWORD, "KAFKA_CLIENT_CONFIG_FILE", client.toString()));

        assertFalse(settings.toString().contains(PASSWORD), settings.toString());
        assertEquals(PASSWORD, settings.clickHouse().password().value());
        assertEquals(Map.of("sasl.jaas.config", PASSWORD), settings.kafka().clientConfig());
        assertTrue(settings.toString().contains("sasl.jaas.config"), "names are no secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "hunter2\n", "  hunter2\r\n\n"})
    void load_passwordFromFile_isReadWithoutTheSpaceAround(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), content);

        Settings settings = SettingsLoader.load(Map.of("CLICKHOUSE_PASSWORD_FILE", file.toString()));

        assertEquals(PASSWORD, settings.clickHouse().password().value());
    }

    @Test
    void load_passwordTwice_isAFaultThatHoldsNeither() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD);

        List<String> faults = faults(
                Map.of("CLICKHOUSE_PASSWORD", "hunter2b", "CLICKHOUSE_PASSWORD_FILE", file.toString()));

        assertEquals(List.of("CLICKHOUSE_PASSWORD and CLICKHOUSE_PASSWORD_FILE are both set; one of them is enough"),
                faults);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcde", "0123456789 abcdef", "0123456789abcd\u00e9f", "0123456789\tabcdef", "x"})
    void load_adminKeyThatIsShortOrNoHeader_isAFaultThatDoesNotRepeatIt(String key) {
        assertEquals(List.of("ADMIN_KEY must be 16 to 512 characters of printable ASCII without spaces"),
                faults(Map.of("ADMIN_KEY", key)));
    }

    @Test
    void load_adminKeyFromFile_isReadAndAnEmptyFileIsAFault() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), ADMIN_KEY + "\n");
        Path empty = Files.writeString(folder.resolve("empty"), "\n");

        assertEquals(new Secret(ADMIN_KEY), SettingsLoader.load(Map.of("ADMIN_KEY_FILE", file.toString())).adminKey());
        assertFalse(SettingsLoader.load(Map.of("ADMIN_KEY", ADMIN_KEY)).toString().contains(ADMIN_KEY));
        assertEquals(List.of("ADMIN_KEY_FILE names a file without content: " + empty),
                faults(Map.of("ADMIN_KEY_FILE", empty.toString())));
    }

    @Test
    void load_filesThatCannotBeRead_areFaults() throws IOException {
        Path binary = Files.write(folder.resolve("binary"), new byte[]{(byte) 0xC3, 0x28});
        Path broken = Files.writeString(folder.resolve("broken"), "a=\\u12 hunter2");

        assertEquals(1, faults(Map.of("CLICKHOUSE_PASSWORD_FILE", folder.resolve("none").toString())).size());
        assertEquals(1, faults(Map.of("CLICKHOUSE_PASSWORD_FILE", folder.toString())).size());
        assertEquals(1, faults(Map.of("CLICKHOUSE_PASSWORD_FILE", binary.toString())).size());
        assertEquals(List.of("KAFKA_CLIENT_CONFIG_FILE is not a properties file: " + broken),
                faults(Map.of("KAFKA_CLIENT_CONFIG_FILE", broken.toString())));
    }

    /// Reads look for a match on the partition that the default partitioner chooses.
    @Test
    void load_clientsWithAnotherPartitioner_isAFault() throws IOException {
        Path client = Files.writeString(folder.resolve("client.properties"), """
                partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner
                producer.partitioner.ignore.keys=true
                partitioner.adaptive.partitioning.enable=false
                """);

        assertEquals(List.of(
                "KAFKA_CLIENT_CONFIG_FILE must not set partitioner.class: "
                        + "only Kafka's default partitioner finds the partition of a match",
                "KAFKA_CLIENT_CONFIG_FILE must not set producer.partitioner.ignore.keys: "
                        + "only Kafka's default partitioner finds the partition of a match"),
                faults(Map.of("KAFKA_CLIENT_CONFIG_FILE", client.toString())));
    }

    private static Set<String> union(Set<String> names, String... more) {
        Set<String> all = new java.util.TreeSet<>(names);
        all.addAll(List.of(more));
        return all;
    }

    private static List<String> faults(Map<String, String> environment) {
        return assertThrows(SettingsException.class, () -> SettingsLoader.load(environment),
                () -> "no fault in " + environment).faults();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.1.2.3", "::", "analytics.example"})
    void load_authOffOnAnAddressThatOthersReach_isAFaultUnlessConfirmed(String host) throws SettingsException {
        Map<String, String> off = Map.of("HTTP_HOST", host, "AUTH", "off");

        assertEquals(List.of("AUTH must not be off while HTTP_HOST is " + host
                + ", because every client could write; set AUTH_OFF_EXPOSED=yes as well if that is intended"),
                faults(off));
        assertFalse(SettingsLoader.load(Map.of("HTTP_HOST", host, "AUTH", "off", "AUTH_OFF_EXPOSED", "yes"))
                .security().auth());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "127.9.9.9"})
    void load_authOffOnLoopback_isAllowedAndTurnsRatesOff(String host) throws SettingsException {
        Security security = SettingsLoader.load(Map.of("HTTP_HOST", host, "AUTH", "off")).security();

        assertFalse(security.auth());
        assertFalse(security.rates().on());
        assertTrue(SettingsLoader.load(Map.of("AUTH", "off", "RATES", "on")).security().rates().on());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.1/8", "example.com", "10.0.0.0/8,", "::1/129", "10.0.0/8", "1/8"})
    void load_trustedProxiesThatAreNoRanges_areAFault(String ranges) {
        assertEquals(1, faults(Map.of("TRUSTED_PROXIES", ranges)).size());
    }
}
