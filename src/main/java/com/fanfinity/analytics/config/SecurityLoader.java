package com.fanfinity.analytics.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;

/// Reads the settings of the gate.
final class SecurityLoader {

    /// The largest batch, which must fit into a burst.
    static final int MAX_BATCH_EVENTS = 5_000;
    private static final String MAX_BATCH_BYTES = "8MiB";

    private static final int MAX_RANGES = 64;

    private SecurityLoader() {}

    static Security read(Environment env, String httpHost) {
        boolean auth = oneOf(env, "AUTH", "on", "on", "off").equals("on");
        boolean exposed = oneOf(env, "AUTH_OFF_EXPOSED", "no", "yes", "no").equals("yes");
        if (!auth && !exposed && !isLoopback(httpHost)) {
            env.fault("AUTH", "must not be off while HTTP_HOST is " + httpHost
                    + ", because every client could write; set AUTH_OFF_EXPOSED=yes as well if that is intended");
        }
        boolean readsNeedAKey = oneOf(env, "READ_ACCESS", "public", "public", "key").equals("key");
        return new Security(auth, readsNeedAKey, keysFile(env), JwtLoader.read(env),
                env.parsed("TRUSTED_PROXIES", "", SecurityLoader::ranges), addressSource(env), rates(env, auth));
    }

    private static Optional<Path> keysFile(Environment env) {
        Path file = env.path("API_KEYS_FILE", "");
        return file.toString().isEmpty() ? Optional.empty() : Optional.of(file);
    }

    private static AddressSource addressSource(Environment env) {
        List<String> names = Arrays.stream(AddressSource.values()).map(AddressSource::settingName).toList();
        String chosen = oneOf(env, "CLIENT_ADDRESS_FROM", names.getFirst(), names.toArray(String[]::new));
        return Arrays.stream(AddressSource.values()).filter(source -> source.settingName().equals(chosen)).findFirst()
                .orElseThrow();
    }

    private static Rates rates(Environment env, boolean auth) {
        String limited = oneOf(env, "RATES", "auto", "auto", "on", "off");
        return new Rates(limited.equals("on") || (limited.equals("auto") && auth),
                new Rate(env.integer("RATE_EVENTS", 2_000, 1, 10_000_000),
                        env.integer("RATE_EVENTS_BURST", 10_000, MAX_BATCH_EVENTS, 100_000_000)),
                new Rate(env.size("RATE_BYTES", "4MiB", "1KiB", "64GiB"),
                        env.size("RATE_BYTES_BURST", "16MiB", MAX_BATCH_BYTES, "64GiB")),
                new Rate(env.integer("RATE_READS", 50, 1, 1_000_000),
                        env.integer("RATE_READS_BURST", 200, 10, 10_000_000)),
                new Rate(env.integer("RATE_ADDRESS", 100, 1, 1_000_000),
                        env.integer("RATE_ADDRESS_BURST", 400, 1, 10_000_000)));
    }

    private static List<AddressRange> ranges(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<AddressRange> ranges = Arrays.stream(text.split(",", -1)).map(AddressRange::parse).toList();
        if (ranges.size() > MAX_RANGES) {
            throw new IllegalArgumentException("must have at most " + MAX_RANGES + " ranges");
        }
        return ranges;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || IpLiteral.parse(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    private static String oneOf(Environment env, String name, String fallback, String... allowed) {
        return env.parsed(name, fallback, text -> {
            if (!Arrays.asList(allowed).contains(text)) {
                throw new IllegalArgumentException("must be one of "
                        + String.join(", ", allowed) + ", not \"" + text + "\"");
            }
            return text;
        });
    }
}
