package com.fanfinity.analytics.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Reads {@link Settings.Edge}.
final class EdgeSettings {

    private static final Pattern HOST_NAME = Pattern.compile("\\*|(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private EdgeSettings() {}

    static Settings.Edge read(Environment env) {
        return new Settings.Edge(tls(env), env.parsed("CORS_ORIGINS", "", text -> each(text, EdgeSettings::origin)),
                env.parsed("ALLOWED_HOSTS", "", text -> each(text, EdgeSettings::hostName)));
    }

    private static Optional<Settings.Tls> tls(Environment env) {
        String certificate = env.text("TLS_CERT_FILE", "");
        String key = env.text("TLS_KEY_FILE", "");
        if (certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        Path certificateFile = env.path("TLS_CERT_FILE", "");
        Path keyFile = env.path("TLS_KEY_FILE", "");
        if (certificate.isEmpty() || key.isEmpty()) {
            env.fault(certificate.isEmpty() ? "TLS_CERT_FILE" : "TLS_KEY_FILE",
                    "is missing: TLS needs a certificate and its key");
        }
        return Optional.of(new Settings.Tls(certificateFile, keyFile));
    }

    private static Set<String> each(String text, UnaryOperator<String> check) {
        Set<String> found = new LinkedHashSet<>();
        if (!text.isEmpty()) {
            Arrays.stream(text.split(",", -1)).map(String::strip).map(check).forEach(found::add);
        }
        return found;
    }

    private static String origin(String text) {
        if (!BrowserOrigin.isOne(text)) {
            throw new IllegalArgumentException("must be origins as browsers send them, separated by commas, such as "
                    + "https://dash.example.org: scheme and host in lower case, no port that is the scheme's default, "
                    + "no wildcard, and no path or slash at the end; not \"" + text + '"');
        }
        return text;
    }

    private static String hostName(String text) {
        if (!HOST_NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("must be host names such as stats.example.org or *.example.org, "
                    + "separated by commas, or *, not \"" + text + '"');
        }
        return text;
    }
}
