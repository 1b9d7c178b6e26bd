package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import com.fanfinity.analytics.config.Jwt;
import com.fanfinity.analytics.config.Security;
import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.event.Sha256;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.metrics.Meters;

/// Keys, key files and gates of tests.
public final class TestKeys {

    public static final Rates NO_RATES = rates(false, new Rate(1, 1));

    private TestKeys() {}

    /// The same id and seed give the same key.
    public static String key(String id, long seed) {
        byte[] secret = new byte[32];
        new Random(seed).nextBytes(secret);
        String text = "ff1_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return text + "_" + ApiKey.checksum(text);
    }

    /// One key of a file.
    ///
    /// @param scopes separated by commas
    /// @param more further members, such as `,"matches":["a-"]`
    public static String entry(String id, String scopes, String more, String... secrets) {
        return "{\"id\":\"%s\",\"scopes\":[%s]%s,\"secrets\":[%s]}".formatted(id,
                String.join(",", Arrays.stream(scopes.split(",", -1)).map(scope -> '"' + scope + '"').toList()), more,
                String.join(",", secrets));
    }

    public static String secret(String key) {
        return "{\"sha256\":\"%s\"}".formatted(Sha256.hex(key));
    }

    public static String secret(String key, String notAfter) {
        return "{\"sha256\":\"%s\",\"notAfter\":\"%s\"}".formatted(Sha256.hex(key), notAfter);
    }

    public static byte[] file(String... entries) {
        return ("{\"keys\":[" + String.join(",", entries) + "]}").getBytes(UTF_8);
    }

    static Rates rates(boolean on, Rate each) {
        return new Rates(on, each, each, each, each);
    }

    static Security settings(boolean auth, Optional<Path> file, Rates rates) {
        return settings(auth, file, Optional.empty(), rates);
    }

    static Security settings(boolean auth, Optional<Path> file, Optional<Jwt> jwt, Rates rates) {
        return new Security(auth, false, file, jwt, List.of(), AddressSource.X_FORWARDED_FOR, rates);
    }

    public static SecurityService service(boolean auth, Optional<Path> file, Secret oldAdminKey, InstantSource clock) {
        return new SecurityService(settings(auth, file, NO_RATES), oldAdminKey, clock, System::nanoTime,
                new Meters(new SimpleMeterRegistry()).security());
    }

    /// A gate with `AUTH=on` that knows only this admin key; without one if it is empty.
    public static Gate gate(String oldAdminKey) {
        return service(true, Optional.empty(), new Secret(oldAdminKey), Clock.systemUTC()).gate();
    }

    /// A gate with `AUTH=on`, these keys and these rates.
    public static Gate gate(Rates rates, String... entries) {
        return gate(rates, Optional.empty(), entries);
    }

    static Gate gate(Rates rates, Optional<JwtVerifier> tokens, String... entries) {
        try {
            ApiKeys keys = new ApiKeys(Clock.systemUTC(), new Secret(""));
            keys.replaceBy(KeyFile.parse(file(entries), rates));
            var meters = new Meters(new SimpleMeterRegistry()).security();
            return new AccessGate(true, false, keys, tokens,
                    new ClientAddresses(List.of(), AddressSource.X_FORWARDED_FOR),
                    new RateLimits(rates, System::nanoTime, meters), new RefusalAudit(meters));
        } catch (KeyFile.KeyFileException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
