package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.opentelemetry.api.trace.Span;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ArrayUtil;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
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
    private static final String UNMATCHED = GateHandler.UNMATCHED;
    private static final String PROBLEM_KIND = "problem-kind";
    private static final Pattern VALID_REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /// How long a client may neither send nor read during a request. Between requests the setting applies.
    private static final long REQUEST_IDLE_MILLIS = 30_000;

    /// A client counts its idle time from the moment at which it has the response, which is later than the server's.
    private static final Duration IDLE_MARGIN = Duration.ofSeconds(1);

    /// Java's default of 50 overflows when thousands of clients connect at once, and a client without a slot retries
    /// only after 1 s.
    private static final int ACCEPT_QUEUE = 1_024;

    /// The kernel doubles it, and reports room only when a third is free. With the kernel's own size of megabytes a
    /// client of 20 KiB/s would seem to take nothing for 40 s.
    private static final int SEND_BUFFER_BYTES = 32 << 10;

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

        /// The meter of the server's connections.
        default ConnectionMeter connections() {
            return ConnectionMeter.NONE;
        }
    }

    private final Javalin javalin;
    private final RouteTable routeTable;
    private final EventIds ids;
    private final RequestMeter meter;
    private final AnswerBudget answers;
    private final ListenerOptions options;

    /// A server whose gate admits every request.
    ///
    /// @param drain how long requests in progress may continue after the server is closed
    public HttpServer(Settings.Http settings, List<Routes> routes, EventIds ids, RequestMeter meter, Duration drain) {
        this(settings, ListenerOptions.PLAIN, routes, List.of(), Optional.empty(), ids, meter,
                new AnswerBudget(settings.maxAnswerBytes(), AnswerBudget.AnswerMeter.NONE), drain);
    }

    /// @param streamingEndpoints tried before the routes; their owner must end open responses before the server is
    ///        closed
    public HttpServer(Settings.Http settings, List<Routes> routes, List<StreamingEndpoint> streamingEndpoints,
            Gate gate, EventIds ids, RequestMeter meter, Duration drain) {
        this(settings, ListenerOptions.PLAIN, routes, streamingEndpoints, Optional.of(gate), ids, meter,
                new AnswerBudget(settings.maxAnswerBytes(), AnswerBudget.AnswerMeter.NONE), drain);
    }

    /// @param options of the listener
    /// @param gate if empty, every request is admitted
    /// @param answers bounds the answers of the routes
    public HttpServer(Settings.Http settings, ListenerOptions options, List<Routes> routes,
            List<StreamingEndpoint> streamingEndpoints, Optional<Gate> gate, EventIds ids, RequestMeter meter,
            AnswerBudget answers, Duration drain) {
        this.ids = ids;
        this.meter = meter;
        this.options = options;
        this.answers = answers;
        this.javalin = Javalin.create(config -> {
            config.jetty.addConnector((server, http) -> connector(server, http, settings, options, gate));
            configure(config, settings, routes, streamingEndpoints, gate, drain);
            routes.forEach(group -> group.addTo(config.routes));
        });
        this.routeTable = RouteTable.of(javalin, streamingEndpoints);
    }

    /// All routes with the access that each requires.
    public RouteTable routeTable() {
        return routeTable;
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

    private static ServerConnector connector(Server server, HttpConfiguration http, Settings.Http settings,
            ListenerOptions options, Optional<Gate> gate) {
        ServerConnector connector = new ServerConnector(server, protocols(http, options, gate)) {
            @Override
            protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector,
                    SelectionKey key) {
                SocketChannelEndPoint endPoint = new MeasuredEndPoint(channel, selector, key, getScheduler());
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }
        };
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
        connector.setIdleTimeout(settings.idleTimeout().plus(IDLE_MARGIN).toMillis());
        return connector;
    }

    /// From the outermost protocol to HTTP. A header of the PROXY protocol is in front of TLS.
    private static ConnectionFactory[] protocols(HttpConfiguration http, ListenerOptions options, Optional<Gate> gate) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ConnectionFactory[] protocols = options.certificate()
                .map(certificate -> AbstractConnectionFactory.getFactories(certificate.factory(), plain))
                .orElseGet(() -> new ConnectionFactory[]{plain});
        return gate.filter(Gate::readsProxyProtocol).isPresent()
                ? ArrayUtil.prependToArray(new ProxyConnectionFactory(protocols[0].getProtocol()), protocols,
                        ConnectionFactory.class)
                : protocols;
    }

    private void configure(JavalinConfig config, Settings.Http settings, List<Routes> routes,
            List<StreamingEndpoint> streamingEndpoints, Optional<Gate> gate,
            Duration drain) {
        config.concurrency.useVirtualThreads = options.threads().isEmpty();
        options.threads().ifPresent(threads -> config.jetty.threadPool = new QueuedThreadPool(threads, threads));
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            http.setIdleTimeout(REQUEST_IDLE_MILLIS);
        });
        config.jetty.modifyServer(server -> harden(server, settings, routes, streamingEndpoints, gate, drain));
        gate.ifPresent(_ -> config.routes.beforeMatched(HttpServer::requireGrant));
        config.routes.before(ctx -> ctx.header(REQUEST_ID, requestId(ctx.header(REQUEST_ID))));
        config.routes.after(HttpServer::coverAnswer);
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
            List<StreamingEndpoint> streamingEndpoints, Optional<Gate> gate, Duration drain) {
        ConnectionLimit connections = new ConnectionLimit(settings.maxConnections(),
                settings.maxConnectionsPerAddress(), server,
                gate.<Function<SocketAddress, Optional<ClientAddress>>>map(each -> each::limitedAddress)
                        .orElse(remote -> Optional.of(ClientAddress.of(remote))),
                meter.connections(), System::nanoTime);
        server.addBean(connections);
        server.setStopTimeout(drain.toMillis());
        SlowReaders slowReaders = new SlowReaders(answers, server.getScheduler());
        server.addBean(slowReaders);
        Function<Request, String> requestId = request -> requestId(request.getHeaders().get(REQUEST_ID));
        ResponseHeaders headers = new ResponseHeaders(options, requestId, meter);
        Handler admitted = new RequestCheck(new StreamingHandler(streamingEndpoints, requestId, meter,
                new LoadShedder(routes, requestId, meter,
                        new AnswerHandler(answers, slowReaders, new MethodHandler()))));
        headers.setHandler(new GracefulHandler(gate.<Handler>map(
                each -> new GateHandler(each, this::routeTable, requestId, meter, admitted)).orElse(admitted)));
        server.setHandler(connections.tracking(headers));
        server.setErrorHandler(new UnroutedErrorHandler(requestId, this::measureUnrouted, headers));
    }

    /// Refuses a request whose route needs another access than the one for which the gate admitted it.
    private static void requireGrant(Context ctx) {
        Object granted = ctx.req().getAttribute(GateHandler.GRANTED);
        if (granted == null || !ctx.routeRoles().contains(granted)) {
            throw new ProblemException(ofStatus(404));
        }
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

    /// Refuses an answer for which the budget has no room. Runs after each route and after its exceptions.
    private static void coverAnswer(Context ctx) throws IOException {
        InputStream result = ctx.resultInputStream();
        if (result != null && !OpenAnswer.of(ctx).cover(result.available())) {
            ctx.header("Cache-Control", "no-store");
            answer(ctx, AnswerBudget.spent());
        }
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
            case 414 -> "The path with its query must not be longer than 4 KiB.";
            case 421 -> "The host name of the URL is not one by which this service may be called (ALLOWED_HOSTS).";
            case 417 -> "The only supported value of Expect is 100-continue.";
            case 426, 505 -> "The only supported versions are HTTP/1.1 and HTTP/1.0.";
            case 431 -> "There must be at most 100 headers, together shorter than 8 KiB.";
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
