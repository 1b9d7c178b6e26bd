package com.fanfinity.analytics.http;

import java.security.MessageDigest;
import java.util.stream.Stream;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.Sha256;

/// Checks whether a request carries a key, as `Authorization: Bearer <key>` or `X-Api-Key: <key>`.
///
/// It compares hashes in constant time, so that response times reveal nothing about the key.
public final class KeyCheck {

    private static final String BEARER = "Bearer ";

    private final boolean off;
    private final byte[] expected;

    /// @param key if empty, no request matches
    public KeyCheck(Settings.Secret key) {
        off = key.isEmpty();
        expected = Sha256.of(key.value());
    }

    /// Whether no key is configured.
    boolean isOff() {
        return off;
    }

    public boolean matches(Context ctx) {
        return !off && Stream.of(bearer(ctx.header("Authorization")), text(ctx.header("X-Api-Key")))
                .anyMatch(given -> MessageDigest.isEqual(Sha256.of(given), expected));
    }

    private static String bearer(@Nullable String header) {
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : "";
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header.strip();
    }
}
