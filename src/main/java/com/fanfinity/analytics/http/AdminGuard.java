package com.fanfinity.analytics.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;

import com.fanfinity.analytics.config.Settings;

/// Lets requests through that carry the admin key.
public final class AdminGuard {

    /// By what name the audit knows who used the key.
    public static final String NAME = "admin";

    private final KeyCheck key;

    /// @param key empty: there is none, and nobody is let through
    public AdminGuard(Settings.Secret key) {
        this.key = new KeyCheck(key);
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
        if (key.isOff()) {
            throw new ProblemException(Problem.of(403, "admin-off", "Admin routes disabled",
                    "Admin routes are disabled because ADMIN_KEY is not set."));
        }
        if (!key.admits(ctx)) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw new ProblemException(Problem.of(401, "unauthorized", "Admin key required",
                    "Send the admin key as Authorization: Bearer <key> or as X-Api-Key: <key>."));
        }
    }
}
