package com.fanfinity.analytics.live;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.live.PageFiles.PageFile;

/// The pages and their files: `/` the match day, `/matches/{matchId}` a match, `/pipeline` for operators, `/web/…` what they are made of.
///
/// A page is the same for every match, known or not: it asks the API itself.
public final class PageRoutes implements Routes {

    /// Nothing but our own files and our own API, no markup that runs or styles, and in nobody's frame.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String ASK_EACH_TIME = "no-cache";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    /// A file under a version, this one's or that of an instance that is older or newer: while instances are replaced, a page of one asks
    /// another for its files.
    private static final Pattern VERSIONED = Pattern.compile("([0-9a-f]{16})/(.+)");

    private final PageFiles files = new PageFiles();

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/", ctx -> page(ctx, "index.html"));
        routes.get("/matches/{matchId}", ctx -> page(ctx, "match.html"));
        routes.get("/pipeline", ctx -> page(ctx, "pipeline.html"));
        routes.get("/web/<file>", this::file);
    }

    private void page(Context ctx, String name) {
        ctx.header("Content-Security-Policy", POLICY);
        answer(ctx, found(name), ASK_EACH_TIME);
    }

    private void file(Context ctx) {
        String path = ctx.pathParam("file");
        Matcher versioned = VERSIONED.matcher(path);
        String name = versioned.matches() ? versioned.group(2) : path;
        if (name.endsWith(".html")) {
            throw notThere(); // a page has its own path, with its policy
        }
        boolean sure = versioned.matches() && versioned.group(1).equals(files.version());
        answer(ctx, found(name), sure ? FOR_EVER : ASK_EACH_TIME);
    }

    private PageFile found(String name) {
        return Optional.ofNullable(files.byName().get(name)).orElseThrow(PageRoutes::notThere);
    }

    private static ProblemException notThere() {
        return new ProblemException(Problem.notFound("No resource exists at this path."));
    }

    private static void answer(Context ctx, PageFile file, String caching) {
        ctx.header("X-Content-Type-Options", "nosniff").header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", caching).header("ETag", file.tag());
        if (has(ctx.header("If-None-Match"), file.tag())) {
            ctx.status(304);
        } else {
            ctx.contentType(file.type()).result(file.bytes());
        }
    }

    private static boolean has(@Nullable String known, String tag) {
        return known != null && Arrays.stream(known.split(",")).map(String::strip).anyMatch(one -> one.equals(tag) || one.equals("*"));
    }
}
