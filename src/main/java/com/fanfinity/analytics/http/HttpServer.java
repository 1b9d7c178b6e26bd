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

/// The HTTP server. It runs requests on virtual threads. Each request gets an id and is measured; a failed one gets a
/// problem document.
///
/// Responses contain no stack trace, class name or server version.
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    static final String REQUEST_ID = "X-Request-Id";
    private static final String UNMATCHED = "unmatched";
    private static final String PROBLEM_KIND = "problem-kind";
    private static final Pattern VALID_REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /// How long a client may neither send nor read during a request. Between requests the setting applies, unless the
    /// maximum number of connections is reached.
    private static final long REQUEST_IDLE_MILLIS = 30_000;

    /// A client counts its idle time from the moment at which it has the response, which is later than the server's.
    private static final Duration IDLE_MARGIN = Duration.ofSeconds(1);

    /// Java's default of 50 overflows when thousands of clients connect at once, and a client without a slot retries
    /// only after 1 s.
    private static final int ACCEPT_QUEUE = 1_024;

    /// The key under which Javalin lists the methods of a path.
    private static final String AVAILABLE_METHODS = "availableMethods";

    /// A client can invent other methods, and each would become a time series.
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
            "TRACE");

    /// Records every answered request.
    public interface RequestMeter {
        /// @param method a standard method, or `other`
        /// @param endpoint the route's template, or `unmatched`
        /// @param problem the kind of problem; empty if there was none
        void record(String method, String endpoint, int status, Duration took, String problem);
    }

    private final Javalin javalin;
    private final EventIds ids;
    private final RequestMeter meter;

    /// @param drain how long requests in progress may continue after the server is closed
    public HttpServer(Settings.Http settings, List<Routes> routes, EventIds ids, RequestMeter meter, Duration drain) {
        this(settings, routes, List.of(), ids, meter, drain);
    }

    /// @param streamingEndpoints tried before the routes; their owner must end open responses before the server is
    ///        closed
    public HttpServer(Settings.Http settings, List<Routes> routes, List<StreamingEndpoint> streamingEndpoints,
            EventIds ids, RequestMeter meter,
            Duration drain) {
        this.ids = ids;
        this.meter = meter;
        this.javalin = Javalin.create(config -> {
            config.jetty.addConnector((server, http) -> connector(server, http, settings));
            configure(config, settings, routes, streamingEndpoints, drain);
            routes.forEach(group -> group.addTo(config.routes));
        });
    }

    /// The id in the response: the caller's id, or a generated one.
    public static String requestIdOf(Context ctx) {
        String id = ctx.res().getHeader(REQUEST_ID);
        return id == null ? "" : id;
    }

    /// Binds the port and serves requests.
    public void start() {
        javalin.start();
    }

    /// The bound port.
    public int port() {
        return javalin.port();
    }

    /// Stops accepting connections, waits for requests in progress, and stops.
    @Override
    public void close() {
        javalin.stop();
    }

    private static ServerConnector connector(Server server, HttpConfiguration http, Settings.Http settings) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(settings.idleTimeout().plus(IDLE_MARGIN).toMillis());
        return connector;
    }

    private void configure(JavalinConfig config, Settings.Http settings, List<Routes> routes,
            List<StreamingEndpoint> streamingEndpoints,
            Duration drain) {
        config.concurrency.useVirtualThreads = true;
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            http.setIdleTimeout(REQUEST_IDLE_MILLIS);
        });
        config.jetty.modifyServer(server -> harden(server, settings, routes, streamingEndpoints, drain));
        config.routes.before(ctx -> ctx.header(REQUEST_ID, requestId(ctx.header(REQUEST_ID))));
        config.routes.exception(ProblemException.class, (e, ctx) -> answer(ctx, e.problem()));
        config.routes.exception(HttpResponseException.class, (e, ctx) -> answer(ctx, e));
        config.routes.exception(Exception.class, this::unexpected);
        config.router.javaLangErrorHandler((response, error) -> LOG.atError().setCause(error)
                .addKeyValue("requestId", response.getHeader(REQUEST_ID)).log("request failed"));
        config.routes.error(500, HttpServer::completeError);
        config.requestLogger.http(this::measure);
    }

    /// Makes stop wait for requests in progress, and replaces Jetty's error pages.
    private void harden(Server server, Settings.Http settings, List<Routes> routes,
            List<StreamingEndpoint> streamingEndpoints, Duration drain) {
        server.addBean(new ConnectionLimit(settings.maxConnections(), server, REQUEST_IDLE_MILLIS));
        server.setStopTimeout(drain.toMillis());
        Function<Request, String> requestId = request -> requestId(request.getHeaders().get(REQUEST_ID));
        server.setHandler(
                new GracefulHandler(new RequestCheck(new StreamingHandler(streamingEndpoints, requestId, meter,
                        new LoadShedder(routes, requestId, meter, new MethodHandler())))));
        server.setErrorHandler(new UnroutedErrorHandler(requestId, this::measureUnrouted));
    }

    private String requestId(@Nullable String given) {
        return given != null && VALID_REQUEST_ID.matcher(given).matches() ? given : ids.next().toString();
    }

    private void unexpected(Exception failure, Context ctx) {
        if (failure instanceof EofException) {
            return; // the client has disconnected
        }
        LOG.atError().setCause(failure).addKeyValue("requestId", requestIdOf(ctx))
                .addKeyValue("endpoint", endpoint(ctx))
                .addKeyValue("matchId",
                        EventRules.matchIdOf(ctx.pathParamMap().getOrDefault("matchId", "").getBytes(UTF_8)))
                .log("request failed");
        answer(ctx, internalError());
    }

    /// Javalin passes no `Error`, such as a stack overflow, to the handlers of exceptions.
    private static void completeError(Context ctx) {
        if (ctx.attribute(PROBLEM_KIND) == null) {
            answer(ctx, internalError());
        }
    }

    private static Problem internalError() {
        return Problem.of(500, "internal", "Internal error",
                "The request failed. Quote the requestId when you report it.");
    }

    private static void answer(Context ctx, HttpResponseException rejection) {
        String methods = rejection.getDetails().get(AVAILABLE_METHODS);
        if (methods != null) {
            ctx.header("Allow", withHead(methods));
        }
        answer(ctx, ofStatus(rejection.getStatus()));
    }

    private static String withHead(String methods) {
        return Pattern.compile("\\bGET\\b").matcher(methods).replaceFirst("GET, HEAD");
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
            case 405 -> Problem.of(405, "method-not-allowed", "Method not allowed",
                    "This path does not support the request method.");
            default -> Problem.of(status, "http-" + status, "Request rejected", detailOf(status));
        };
    }

    private static String detailOf(int status) {
        return switch (status) {
            case 400 -> "The request is malformed. Check its path, its percent-encoding and its headers.";
            case 414 -> "The path with its query must be shorter than 8 KiB.";
            case 417 -> "The only supported value of Expect is 100-continue.";
            case 426, 505 -> "The only supported versions are HTTP/1.1 and HTTP/1.0.";
            case 431 -> "All headers together must be shorter than 8 KiB.";
            case 501 -> "The only supported transfer coding is chunked.";
            case 503 -> "This instance is stopping. Send the request again.";
            default -> "The HTTP server rejected the request.";
        };
    }

    private void measure(Context ctx, float millis) {
        String method = MethodHandler.methodOf(ctx);
        nameSpan(method, endpoint(ctx));
        String kind = ctx.attribute(PROBLEM_KIND);
        meter.record(known(method), endpoint(ctx), ctx.statusCode(),
                Duration.ofNanos((long) (millis * 1e6)),
                kind == null ? "" : kind);
    }

    private void measureUnrouted(@Nullable String method, int status, Duration took) {
        meter.record(known(method), UNMATCHED, status, took, ofStatus(status).kind());
    }

    /// Names the request's span after its route. The tracing agent would use the first handler's path, which matches
    /// every request.
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
