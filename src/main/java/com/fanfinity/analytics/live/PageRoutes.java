package com.fanfinity.analytics.live;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.live.PageFiles.PageFile;

/// The pages and their files: `/` lists the matches, `/matches/{matchId}` shows one, `/pipeline` is for operators, and
/// `/web/…` serves their files.
///
/// The page of a match is the same for every match, known or not, and reads its data from the API.
///
/// A browser that asks for any other path gets a page too, with status 404. The API and every other client keep the
/// problem document.
public final class PageRoutes implements Routes {

    /// Allows only files and API calls of this service. Forbids inline scripts, inline styles, and frames of other
    /// sites.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final List<String> NOT_PAGES = List.of("/api", "/health", "/web");

    private static final String REVALIDATE = "no-cache";
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";

    /// A file with a version. During a rolling upgrade a page of one instance may request its files from another, so
    /// the version may differ.
    private static final Pattern VERSIONED = Pattern.compile("([0-9a-f]{16})/(.+)");

    private final PageFiles files = new PageFiles();
    private final boolean pipelineOnly;

    private PageRoutes(boolean pipelineOnly) {
        this.pipelineOnly = pipelineOnly;
    }

    public static PageRoutes all() {
        return new PageRoutes(false);
    }

    /// The page for operators and its files.
    public static PageRoutes pipelineOnly() {
        return new PageRoutes(true);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        if (!pipelineOnly) {
            routes.get("/", ctx -> page(ctx, "index.html"), Access.OPEN);
            routes.get("/matches/{matchId}", ctx -> page(ctx, "match.html"), Access.OPEN);
        }
        routes.get("/pipeline", ctx -> page(ctx, "pipeline.html"), Access.OPS);
        routes.get("/web/<file>", this::file, Access.OPEN);
        routes.error(404, this::notFoundPage);
    }

    private void page(Context ctx, String name) {
        ctx.header("Content-Security-Policy", POLICY);
        respond(ctx, find(name), REVALIDATE);
    }

    /// Replaces the problem document. The response depends on `Accept`, so a cache must compare it.
    private void notFoundPage(Context ctx) {
        if (!isPagePath(ctx.path())) {
            return;
        }
        ctx.res().addHeader("Vary", "Accept");
        if (ctx.method().equals(HandlerType.GET) && prefersHtml(ctx.header("Accept"))) {
            PageFile page = find("not-found.html");
            ctx.header("Content-Security-Policy", POLICY).header("Cache-Control", REVALIDATE)
                    .contentType(page.type()).result(page.bytes());
        }
    }

    private static boolean isPagePath(String path) {
        return NOT_PAGES.stream().noneMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + '/'));
    }

    /// Browsers name HTML when they open a page. Programs name JSON, or accept anything.
    private static boolean prefersHtml(@Nullable String accept) {
        return accept != null && accept.contains("text/html") && !accept.contains("json");
    }

    private void file(Context ctx) {
        String path = ctx.pathParam("file");
        Matcher versioned = VERSIONED.matcher(path);
        String name = versioned.matches() ? versioned.group(2) : path;
        if (name.endsWith(".html")) {
            throw notFound(); // pages have paths of their own, with the policy
        }
        boolean current = versioned.matches() && versioned.group(1).equals(files.version());
        respond(ctx, find(name), current ? IMMUTABLE : REVALIDATE);
    }

    private PageFile find(String name) {
        return Optional.ofNullable(files.byName().get(name)).orElseThrow(PageRoutes::notFound);
    }

    private static ProblemException notFound() {
        return new ProblemException(Problem.notFound("No resource exists at this path."));
    }

    private static void respond(Context ctx, PageFile file, String caching) {
        ctx.header("Cache-Control", caching).header("ETag", file.tag());
        if (matchesTag(ctx.header("If-None-Match"), file.tag())) {
            ctx.status(304);
        } else {
            ctx.contentType(file.type()).result(file.bytes());
        }
    }

    private static boolean matchesTag(@Nullable String known, String tag) {
        return known != null && Arrays.stream(known.split(",")).map(String::strip)
                .anyMatch(one -> one.equals(tag) || one.equals("*"));
    }
}
