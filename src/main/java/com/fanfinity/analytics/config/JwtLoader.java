package com.fanfinity.analytics.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fanfinity.analytics.config.Jwt.KeyLocation;
import com.fanfinity.analytics.config.Jwt.KeySetFile;
import com.fanfinity.analytics.config.Jwt.KeySetUrl;

/// Reads the settings of tokens. They are off unless `JWT_ISSUER` is set; another of the settings alone is a fault,
/// because an operator who sets it expects tokens to work.
final class JwtLoader {

    private static final String ISSUER = "JWT_ISSUER";
    private static final String AUDIENCE = "JWT_AUDIENCE";
    private static final String FILE = "JWT_JWKS_FILE";
    private static final String URL = "JWT_JWKS_URL";

    private static final Pattern NAME = Pattern.compile("[!-~]{1,255}");

    private JwtLoader() {}

    static Optional<Jwt> read(Environment env) {
        String issuer = env.parsed(ISSUER, "", JwtLoader::name);
        String audience = env.parsed(AUDIENCE, "", JwtLoader::name);
        Path file = env.path(FILE, "");
        Optional<URI> url = env.parsed(URL, "", JwtLoader::httpsUrl);
        Duration refresh = env.duration("JWT_JWKS_REFRESH", "5m", Duration.ofMinutes(1), Duration.ofHours(24));
        boolean hasFile = !file.toString().isEmpty();
        if (issuer.isEmpty()) {
            requireUnset(env, AUDIENCE, !audience.isEmpty());
            requireUnset(env, FILE, hasFile);
            requireUnset(env, URL, url.isPresent());
            return Optional.empty();
        }
        if (audience.isEmpty()) {
            env.fault(AUDIENCE, "is missing; " + ISSUER + " needs it");
        }
        if (hasFile == url.isPresent()) {
            env.fault(FILE, "or " + URL + " must be set with " + ISSUER + ", and only one of them");
        }
        KeyLocation keys = url.<KeyLocation>map(it -> new KeySetUrl(it, refresh)).orElseGet(() -> new KeySetFile(file));
        return Optional.of(new Jwt(issuer, audience, keys));
    }

    private static void requireUnset(Environment env, String name, boolean isSet) {
        if (isSet) {
            env.fault(name, "is set without " + ISSUER + ", so no token would be accepted");
        }
    }

    private static String name(String text) {
        if (!text.isEmpty() && !NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("must be 1 to 255 printable ASCII characters without spaces");
        }
        return text;
    }

    private static Optional<URI> httpsUrl(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text);
            if ("https".equals(url.getScheme()) && url.getHost() != null && url.getUserInfo() == null
                    && url.getFragment() == null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException _) {
            // falls through to the message
        }
        throw new IllegalArgumentException("must be an https URL with a host, and without a user and a fragment");
    }
}
