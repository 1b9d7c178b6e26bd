package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.opentelemetry.api.trace.Span;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;

/// The HTTP server: requests on virtual threads, each with an id, a time taken and, if it fails, a problem document.
///
/// Nothing of the inside leaves: no stack trace, no class name, no server version.
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    static final String REQUEST_ID = "X-Request-Id";
    private static final String UNMATCHED = "unmatched";
    private static final String PROBLEM_KIND = "problem-kind";
    private static final Pattern SANE_REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final long IDLE_MILLIS = 30_000;

    /// Java's own 50 is soon full when thousands connect at once, and who finds no room tries again only after a second.
    private static final int ACCEPT_QUEUE = 1_024;

    /// Where Javalin says which methods a path takes.
    private static final String AVAILABLE_METHODS = "availableMethods";

    /// A client may invent others, and each would be a series of its own.
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    /// Told of every answered request.
    public interface RequestMeter {
        /// @param method of the known ones, or `other`
        /// @param endpoint the route's template, or `unmatched`
        /// @param problem the kind of problem, empty if there was none
        void answered(String method, String endpoint, int status, Duration took, String problem);
    }

    private final Javalin javalin;
    private final EventIds ids;
    private final RequestMeter meter;

    /// @param drain how long requests under way may still take once the server is closed
    public HttpServer(Settings.Http settings, List<Routes> routes, EventIds ids, RequestMeter meter, Duration drain) {
        this(settings, routes, List.of(), ids, meter, drain);
    }

    /// @param directs asked before the routes; whoever has open answers ends them before this is closed
    public HttpServer(Settings.Http settings, List<Routes> routes, List<StreamingEndpoint> directs, EventIds ids, RequestMeter meter,
            Duration drain) {
        this.ids = ids;
        this.meter = meter;
        this.javalin = Javalin.create(config -> {
            config.jetty.addConnector((server, http) -> connector(server, http, settings));
            configure(config, settings, routes, directs, drain);
            routes.forEach(some -> some.addTo(config.routes));
        });
    }

    /// The id that the answer carries: the caller's, or one made here.
    public static String requestIdOf(Context ctx) {
        String id = ctx.res().getHeader(REQUEST_ID);
        return id == null ? "" : id;
    }

    /// Binds the port and answers.
    public void start() {
        javalin.start();
    }

    /// The port that is bound.
    public int port() {
        return javalin.port();
    }

    /// Refuses new connections, lets requests that are under way finish, and stops.
    @Override
    public void close() {
        javalin.stop();
    }

    private static ServerConnector connector(Server server, HttpConfiguration http, Settings.Http settings) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    private void configure(JavalinConfig config, Settings.Http settings, List<Routes> routes, List<StreamingEndpoint> directs,
            Duration drain) {
        config.concurrency.useVirtualThreads = true;
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            http.setIdleTimeout(IDLE_MILLIS);
        });
        config.jetty.modifyServer(server -> harden(server, settings, routes, directs, drain));
        config.routes.before(ctx -> ctx.header(REQUEST_ID, requestId(ctx.header(REQUEST_ID))));
        config.routes.exception(ProblemException.class, (e, ctx) -> answer(ctx, e.problem()));
        config.routes.exception(HttpResponseException.class, (e, ctx) -> refuse(ctx, e));
        config.routes.exception(Exception.class, this::unexpected);
        config.requestLogger.http(this::measure);
    }

    /// Stop waits for requests under way; what goes wrong before a route is reached is told without Jetty's own page.
    private void harden(Server server, Settings.Http settings, List<Routes> routes, List<StreamingEndpoint> directs, Duration drain) {
        server.addBean(new NetworkConnectionLimit(settings.maxConnections(), server));
        server.setStopTimeout(drain.toMillis());
        Function<Request, String> requestId = request -> requestId(request.getHeaders().get(REQUEST_ID));
        server.setHandler(new GracefulHandler(
                new StreamingHandler(directs, requestId, meter, new EarlyRefusals(routes, requestId, meter))));
        server.setErrorHandler(new UnroutedErrors(() -> ids.next().toString(), this::measureUnrouted));
    }

    private String requestId(@Nullable String given) {
        return given != null && SANE_REQUEST_ID.matcher(given).matches() ? given : ids.next().toString();
    }

    private void unexpected(Exception failure, Context ctx) {
        if (failure instanceof EofException) {
            return; // the client has gone: there is no one to answer
        }
        LOG.atError().setCause(failure).addKeyValue("requestId", requestIdOf(ctx)).addKeyValue("endpoint", endpoint(ctx))
                .addKeyValue("matchId", EventRules.matchIdOf(ctx.pathParamMap().getOrDefault("matchId", "").getBytes(UTF_8)))
                .log("a request failed");
        answer(ctx, Problem.of(500, "internal", "Internal error", "The request failed. Quote the requestId when you report it."));
    }

    private static void refuse(Context ctx, HttpResponseException refusal) {
        String methods = refusal.getDetails().get(AVAILABLE_METHODS);
        if (methods != null) {
            ctx.header("Allow", methods);
        }
        answer(ctx, ofStatus(refusal.getStatus()));
    }

    private static void answer(Context ctx, Problem problem) {
        ctx.attribute(PROBLEM_KIND, problem.kind());
        problem.retryAfterSeconds().ifPresent(seconds -> ctx.header("Retry-After", Long.toString(seconds)));
        ctx.status(problem.status()).contentType(Problem.CONTENT_TYPE)
                .result(problem.toJson(ctx.path(), requestIdOf(ctx)));
    }

    static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> Problem.notFound("No resource exists at this path.");
            case 405 -> Problem.of(405, "method-not-allowed", "Method not allowed", "This path does not support the request method.");
            default -> Problem.of(status, "http-" + status, "Request rejected", "The HTTP server rejected the request.");
        };
    }

    private void measure(Context ctx, float millis) {
        nameSpan(ctx.method().name(), endpoint(ctx));
        String kind = ctx.attribute(PROBLEM_KIND);
        meter.answered(known(ctx.method().name()), endpoint(ctx), ctx.statusCode(),
                Duration.ofNanos((long) (millis * 1e6)),
                kind == null ? "" : kind);
    }

    private void measureUnrouted(@Nullable String method, int status, Duration took) {
        meter.answered(known(method), UNMATCHED, status, took, ofStatus(status).kind());
    }

    /// Tells the request's trace the route, if there is one. The agent would take that of the first handler, which is of every path.
    static void nameSpan(String method, String endpoint) {
        Span span = Span.current();
        if (span.isRecording() && !endpoint.equals(UNMATCHED)) {
            span.updateName(known(method) + ' ' + endpoint).setAttribute("http.route", endpoint);
        }
    }

    static String known(@Nullable String method) {
        return method != null && METHODS.contains(method) ? method : "other";
    }

    /// The route's template, never the path itself.
    private static String endpoint(Context ctx) {
        var handler = ctx.endpoints().matchedHttpEndpoint();
        return handler == null ? UNMATCHED : handler.path;
    }
}
