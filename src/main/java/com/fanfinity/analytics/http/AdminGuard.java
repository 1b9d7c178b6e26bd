package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;

/// Lets requests through that carry the admin key, as `Authorization: Bearer <key>` or `X-Api-Key: <key>`.
///
/// Keys are compared by their hashes and in constant time, so that an answer's time tells nothing of them.
public final class AdminGuard {

    /// By what name the audit knows who used the key.
    public static final String NAME = "admin";

    private static final String BEARER = "Bearer ";

    private final boolean off;
    private final byte[] expected;

    /// @param key empty: there is none, and nobody is let through
    public AdminGuard(Settings.Secret key) {
        off = key.isEmpty();
        expected = sha256(key.value());
    }

    /// The handler, for those who have the key.
    ///
    /// What it throws is a {@link ProblemException}: 403 if no key is configured, 401 if the request has none or another one.
    public Handler guarded(Handler handler) {
        return ctx -> {
            check(ctx);
            handler.handle(ctx);
        };
    }

    private void check(Context ctx) {
        if (off) {
            throw new ProblemException(Problem.of(403, "admin-off", "Admin routes are off",
                    "This service has no admin key (ADMIN_KEY), so what needs one is refused."));
        }
        if (Stream.of(bearer(ctx.header("Authorization")), text(ctx.header("X-Api-Key")))
                .noneMatch(given -> MessageDigest.isEqual(sha256(given), expected))) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw new ProblemException(Problem.of(401, "unauthorized", "Admin key needed",
                    "This needs the admin key, as Authorization: Bearer <key> or as X-Api-Key: <key>."));
        }
    }

    private static String bearer(@Nullable String header) {
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length()) ? header.substring(BEARER.length()).strip() : "";
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header.strip();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
