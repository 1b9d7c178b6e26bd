package com.fanfinity.analytics.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fanfinity.analytics.event.EventRules;

/// Creates {@link Settings} from environment variables. It reports all faults together. The defaults work on one
/// machine.
public final class SettingsLoader {

    /// Only this service uses variables with these prefixes, so an unknown one is a misspelt setting.
    private static final Set<String> OWN_PREFIXES = Set.of("INGEST_", "LEDGER_", "LIVE_", "RATE_",
            "STREAMS_", "SINK_", "JWT_");

    private static final int MAX_VIEWERS = 6_000;

    private static final Pattern KEY = Pattern.compile("[!-~]{16,512}");

    private static final String ALL_ROLES = Arrays.stream(Role.values()).map(Role::wireName)
            .collect(Collectors.joining(","));

    /// A host name or an address, except the wildcard addresses.
    private static final Pattern HOST = Pattern.compile("(?!0\\.0\\.0\\.0$|::$)([A-Za-z0-9.-]+|[0-9a-fA-F:]+)");

    private SettingsLoader() {}

    /// @throws SettingsException if there is any fault; it lists all faults
    public static Settings load(Map<String, String> environment) throws SettingsException {
        Environment env = new Environment(environment);
        Settings settings = read(env);
        environment.keySet().stream().sorted().filter(SettingsLoader::isOwn)
                .filter(name -> !env.known().containsKey(name))
                .forEach(name -> env.fault(name, "is not a setting of this service"));
        if (!env.faults().isEmpty()) {
            throw new SettingsException(env.faults());
        }
        return settings;
    }

    /// Every variable that is read, with its default. A test compares `.env.example` with it.
    public static Map<String, String> defaults() {
        Environment env = new Environment(Map.of());
        read(env);
        return new TreeMap<>(env.known());
    }

    private static Settings read(Environment env) {
        env.parsed("LOG_LEVEL", "info", SettingsLoader::logLevel);
        Settings.Http http = new Settings.Http(env.text("HTTP_HOST", "127.0.0.1"),
                env.integer("HTTP_PORT", 8080, 0, 65_535),
                env.integer("HTTP_MAX_CONNECTIONS", 8_192, 16, 1_000_000),
                env.integer("HTTP_MAX_CONNECTIONS_PER_ADDRESS", 512, 1, 1_000_000),
                env.duration("HTTP_IDLE_TIMEOUT", "75s", Duration.ofSeconds(1), Duration.ofHours(1)),
                env.size("HTTP_MAX_ANSWERS", "64MiB", "8MiB", "8GiB"));
        return new Settings(env.parsed("ROLES", ALL_ROLES, SettingsLoader::roles), http,
                new Settings.Ops(env.text("OPS_HOST", "127.0.0.1"), env.integer("OPS_PORT", 8082, 0, 65_535)),
                EdgeSettings.read(env), internal(env), kafka(env),
                ingest(env), streams(env), live(env, http), sink(env), clickHouse(env),
                new Settings.Ledger(env.duration("LEDGER_INTERVAL", "60s", Duration.ofSeconds(1), Duration.ofHours(1))),
                env.duration("SHUTDOWN_TIMEOUT", "18s", Duration.ofSeconds(1), Duration.ofMinutes(10)),
                key(env, "ADMIN_KEY"), SecurityLoader.read(env, http.host()));
    }

    private static Settings.Internal internal(Environment env) {
        String host = env.text("INTERNAL_HOST", "127.0.0.1");
        String advertised = env.text("INTERNAL_ADVERTISED_HOST", "");
        Settings.Secret secret = key(env, "INTERNAL_SECRET");
        String reachedAt = advertised.isEmpty() ? host : advertised;
        if (!secret.isEmpty() && !HOST.matcher(reachedAt).matches()) {
            env.fault("INTERNAL_ADVERTISED_HOST",
                    "must be the name or address by which the other instances reach this one, not " + reachedAt);
        }
        Settings.Secret second = key(env, "INTERNAL_SECRET_SECOND");
        if (secret.isEmpty() && !second.isEmpty()) {
            env.fault("INTERNAL_SECRET_SECOND", "needs INTERNAL_SECRET as well");
        }
        return new Settings.Internal(host, env.integer("INTERNAL_PORT", 8081, 1, 65_535), reachedAt, secret, second,
                env.parsed("INTERNAL_PEERS", "", SettingsLoader::hosts));
    }

    private static List<String> hosts(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> hosts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        hosts.stream().filter(host -> !HOST.matcher(host).matches()).findFirst().ifPresent(host -> {
            throw new IllegalArgumentException(
                    "must be host names or addresses, separated by commas, not \"" + host + '"');
        });
        return hosts;
    }

    /// An attacker could guess a short key. A key with other characters cannot be sent in a header.
    private static Settings.Secret key(Environment env, String name) {
        Settings.Secret key = env.secret(name);
        if (!key.isEmpty() && !KEY.matcher(key.value()).matches()) {
            env.fault(name, "must be 16 to 512 characters of printable ASCII without spaces");
        }
        return key;
    }

    private static Settings.Kafka kafka(Environment env) {
        return new Settings.Kafka(env.text("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
                env.integer("KAFKA_PARTITIONS", 12, 1, 1_000),
                replicationFactor(env),
                env.parsed("KAFKA_TOPIC_PREFIX", "", SettingsLoader::partOfATopic),
                env.parsed("KAFKA_EVENTS_TOPIC", "", SettingsLoader::partOfATopic), KafkaSecurity.read(env));
    }

    private static short replicationFactor(Environment env) {
        int factor = env.integer("KAFKA_REPLICATION_FACTOR", -1, -1, 10);
        if (factor == 0) {
            env.fault("KAFKA_REPLICATION_FACTOR", "must be -1 (the brokers' default) or 1 to 10, not 0");
        }
        return (short) factor;
    }

    private static Settings.Ingest ingest(Environment env) {
        return new Settings.Ingest(env.duration("INGEST_MAX_AHEAD", "24h", Duration.ZERO,
                EventRules.GREATEST_MAX_AHEAD),
                env.duration("INGEST_FANS_MAX_AHEAD", "5m", Duration.ZERO, EventRules.GREATEST_MAX_AHEAD),
                env.duration("INGEST_TIMEOUT", "5s", Duration.ofMillis(100), Duration.ofMinutes(2)),
                env.size("INGEST_MAX_IN_FLIGHT", "64MiB", "32MiB", "8GiB"),
                env.duration("INGEST_LINGER", "1ms", Duration.ZERO, Duration.ofSeconds(1)),
                env.duration("INGEST_LATENCY_TARGET", "75ms", Duration.ofMillis(10), Duration.ofMinutes(1)));
    }

    private static Settings.Streams streams(Environment env) {
        return new Settings.Streams(env.path("STATE_DIR", "data/streams"), env.integer("STREAMS_THREADS", 2, 1, 64),
                env.integer("STREAMS_STANDBYS", 1, 0, 2),
                env.duration("STREAMS_COMMIT_INTERVAL", "500ms", Duration.ofMillis(10), Duration.ofSeconds(5)),
                env.duration("STREAMS_PUBLISH_INTERVAL", "250ms", Duration.ofMillis(10), Duration.ofSeconds(30)),
                env.duration("STREAMS_DEDUPE_WINDOW", "48h", Duration.ofMinutes(1), Duration.ofDays(30)),
                env.duration("STREAMS_ARCHIVE_AFTER", "7d", Duration.ofSeconds(1), Duration.ofDays(3650)),
                env.size("STREAMS_CACHE", "32MiB", "0B", "8GiB"),
                env.size("STREAMS_ROCKSDB_MEMORY", "128MiB", "16MiB", "64GiB"));
    }

    private static Settings.Live live(Environment env, Settings.Http http) {
        int maxViewers = env.integer("LIVE_MAX_VIEWERS", MAX_VIEWERS, 1, 1_000_000);
        int most = Math.toIntExact(http.maxConnections() * 9L / 10);
        if (maxViewers > most && maxViewers != MAX_VIEWERS) {
            env.fault("LIVE_MAX_VIEWERS", "must be at most nine tenths of HTTP_MAX_CONNECTIONS, "
                    + "so that other requests get a connection");
        }
        return new Settings.Live(Math.min(maxViewers, most),
                env.integer("LIVE_MAX_VIEWERS_PER_ADDRESS", 200, 1, 1_000_000));
    }

    private static Settings.Sink sink(Environment env) {
        return new Settings.Sink(env.integer("SINK_BATCH_ROWS", 50_000, 1, 500_000),
                env.size("SINK_BATCH_BYTES", "32MiB", "1MiB", "1GiB"),
                env.duration("SINK_FLUSH_INTERVAL", "1s", Duration.ofMillis(10), Duration.ofMinutes(5)));
    }

    private static Settings.ClickHouse clickHouse(Environment env) {
        return new Settings.ClickHouse(env.parsed("CLICKHOUSE_URL", "http://127.0.0.1:8123", SettingsLoader::httpUrl),
                env.parsed("CLICKHOUSE_DATABASE", "fanfinity", SettingsLoader::identifier),
                env.text("CLICKHOUSE_USER", "default"),
                env.secret("CLICKHOUSE_PASSWORD"),
                env.duration("CLICKHOUSE_TIMEOUT", "30s", Duration.ofSeconds(1), Duration.ofMinutes(10)),
                caFile(env), clickHouseReader(env));
    }

    private static Optional<Path> caFile(Environment env) {
        Path file = env.path("CLICKHOUSE_CA_FILE", "");
        if (file.toString().isEmpty()) {
            return Optional.empty();
        }
        var _ = env.readFile("CLICKHOUSE_CA_FILE", file.toString());
        return Optional.of(file);
    }

    private static Optional<Settings.ClickHouse.Reader> clickHouseReader(Environment env) {
        String user = env.text("CLICKHOUSE_READ_USER", "");
        Settings.Secret password = env.secret("CLICKHOUSE_READ_PASSWORD");
        if (user.isEmpty() && !password.isEmpty()) {
            env.fault("CLICKHOUSE_READ_PASSWORD", "needs CLICKHOUSE_READ_USER as well");
        }
        return user.isEmpty() ? Optional.empty() : Optional.of(new Settings.ClickHouse.Reader(user, password));
    }

    private static Set<Role> roles(String text) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : text.split(",", -1)) {
            roles.add(Arrays.stream(Role.values()).filter(role -> role.wireName().equals(name.strip())).findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException(
                                    "must be one or more of " + ALL_ROLES + ", not \"" + text + "\"")));
        }
        return roles;
    }

    private static String partOfATopic(String text) {
        if (!text.matches("[a-zA-Z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("must be at most 100 characters of a-z A-Z 0-9 . _ -");
        }
        return text;
    }

    private static String identifier(String text) {
        if (!text.matches("[a-zA-Z_][a-zA-Z0-9_]{0,63}")) {
            throw new IllegalArgumentException("must be a name of at most 64 characters of a-z A-Z 0-9 _");
        }
        return text;
    }

    private static String logLevel(String text) {
        if (!Set.of("trace", "debug", "info", "warn", "error", "off").contains(text)) {
            throw new IllegalArgumentException("must be one of trace, debug, info, warn, error, off");
        }
        return text;
    }

    private static URI httpUrl(String text) {
        URI url = asUri(text);
        if (url.getHost() == null || url.getScheme() == null || !Set.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("must be an http or https URL, such as http://127.0.0.1:8123");
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("must not hold a user or password; they have variables of their own");
        }
        if (url.getQuery() != null || url.getFragment() != null) {
            throw new IllegalArgumentException("must not hold a query: a password in it would be logged");
        }
        return url;
    }

    /// The JDK's message would repeat the whole text, including a password in it.
    private static URI asUri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("is not a URL");
        }
    }

    private static boolean isOwn(String name) {
        return OWN_PREFIXES.stream().anyMatch(name::startsWith);
    }
}
