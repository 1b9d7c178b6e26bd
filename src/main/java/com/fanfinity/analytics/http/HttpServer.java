package com.fanfinity.analytics.http;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.opentelemetry.api.trace.Span;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;

/// The HTTP server. It runs requests on virtual threads. Each request gets an id and is measured; a failed one gets a
/// problem document.
///
/// Responses contain no stack trace, class name or server version.
public final class HttpServer implements AutoCloseable {

    static final String REQUEST_ID = "X-Request-Id";
    private static final String UNMATCHED = GateHandler.UNMATCHED;
    private static final Pattern VALID_REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /// How long a client may neither send nor read during a request. Between requests the setting applies.
    private static final long REQUEST_IDLE_MILLIS = 30_000;

    /// Those of this service take less than 2 KiB.
    private static final int MAX_RESPONSE_HEADERS = 4 << 10;

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
            config.jetty.addConnector((server, http) -> ListenerConnector.of(server, http, settings, options, gate));
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

    private void configure(JavalinConfig config, Settings.Http settings, List<Routes> routes,
            List<StreamingEndpoint> streamingEndpoints, Optional<Gate> gate,
            Duration drain) {
        config.concurrency.useVirtualThreads = options.threads().isEmpty();
        // One more for each connection: a client that reads its answer slowly keeps a thread.
        options.threads().ifPresent(threads -> config.jetty.threadPool = new QueuedThreadPool(
                settings.maxConnections() + threads, threads));
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            http.setIdleTimeout(REQUEST_IDLE_MILLIS);
            // From the second request of a connection on, the table takes 98 KB of heap for the connection.
            http.setHeaderCacheSize(0);
            // Memory that a connection keeps while its client does not read. An answer that the budget does not count
            // fits into one buffer, so that no thread waits for the client: a thread takes more.
            http.setOutputBufferSize(AnswerBudget.NEVER_REFUSED);
            http.setOutputAggregationSize(AnswerBudget.NEVER_REFUSED);
            http.setResponseHeaderSize(MAX_RESPONSE_HEADERS);
        });
        config.jetty.modifyServer(server -> harden(server, settings, routes, streamingEndpoints, gate, drain));
        gate.ifPresent(_ -> config.routes.beforeMatched(HttpServer::requireGrant));
        config.routes.before(ctx -> ctx.header(REQUEST_ID, requestId(ctx.header(REQUEST_ID))));
        ProblemAnswers.addTo(config);
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
            throw new ProblemException(ProblemAnswers.ofStatus(404));
        }
    }

    private String requestId(@Nullable String given) {
        return given != null && VALID_REQUEST_ID.matcher(given).matches() ? given : ids.next().toString();
    }

    private void measure(Context ctx, float millis) {
        String method = MethodHandler.methodOf(ctx);
        nameSpan(method, endpoint(ctx));
        meter.record(known(method), endpoint(ctx), ctx.statusCode(), Duration.ofNanos((long) (millis * 1e6)),
                ProblemAnswers.kindOf(ctx));
    }

    private void measureUnrouted(@Nullable String method, int status, Duration took) {
        meter.record(known(method), UNMATCHED, status, took, ProblemAnswers.ofStatus(status).kind());
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
    static String endpoint(Context ctx) {
        var handler = ctx.endpoints().matchedHttpEndpoint();
        return handler == null ? UNMATCHED : handler.path;
    }
}
