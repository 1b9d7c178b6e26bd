package com.fanfinity.analytics.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;

import com.fanfinity.analytics.config.Settings;

/// Requires the admin key for a route.
public final class AdminGuard {

    /// The name of the admin key in the audit trail.
    public static final String NAME = "admin";

    private final KeyCheck key;

    /// @param key if empty, every request is rejected
    public AdminGuard(Settings.Secret key) {
        this.key = new KeyCheck(key);
    }

    /// Wraps a handler so that it runs only for requests with the key. All others get a {@link ProblemException}: 403
    /// if no key is configured, 401 if the request has no key or a different one.
    public Handler requireKey(Handler handler) {
        return ctx -> {
            check(ctx);
            handler.handle(ctx);
        };
    }

    private void check(Context ctx) {
        if (key.isOff()) {
            throw new ProblemException(Problem.of(403, "admin-off", "Admin routes disabled",
                    "Admin routes are disabled because ADMIN_KEY is not set."));
        }
        if (!key.matches(ctx)) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw new ProblemException(Problem.of(401, "unauthorized", "Admin key required",
                    "Send the admin key as Authorization: Bearer <key> or as X-Api-Key: <key>."));
        }
    }
}
