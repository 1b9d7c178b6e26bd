package com.fanfinity.analytics.simulator;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The address of the service and the API key. [#toString()] omits the key.
///
/// @param base scheme, host and port of the service, without a trailing slash
/// @param apiKey sent as `Authorization: Bearer`, if present
record ServiceTarget(URI base, Optional<String> apiKey) {
    private static final String DEFAULT_URL = "http://127.0.0.1:8080";

    /// Reads TARGET_URL and API_KEY.
    ///
    /// @throws UsageException if TARGET_URL is not an http or https URL, or the key has invalid characters
    static ServiceTarget from(Map<String, String> settings) {
        String url = settings.getOrDefault("TARGET_URL", DEFAULT_URL);
        Optional<String> key = Optional.ofNullable(settings.get("API_KEY")).map(String::strip)
                .filter(k -> !k.isEmpty());
        if (key.isPresent() && !key.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new UsageException("API_KEY has characters that a header cannot carry");
        }
        return new ServiceTarget(parse(url), key);
    }

    private static URI parse(String url) {
        try {
            URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // reported below
        }
        throw new UsageException("TARGET_URL is not an http(s) URL: " + url);
    }

    HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(URI.create(base + path));
        apiKey.ifPresent(key -> builder.header("Authorization", "Bearer " + key));
        return builder;
    }

    @Override
    public String toString() {
        return base + (apiKey.isPresent() ? " (with a key)" : "");
    }
}
