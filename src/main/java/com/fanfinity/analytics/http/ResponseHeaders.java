package com.fanfinity.analytics.http;

import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// Sets the security headers of every answer, checks the host name of every request, and answers preflight requests of
/// browsers (CORS).
///
/// It is the outermost handler, so that early refusals and streams have the headers too. A route may replace a header.
final class ResponseHeaders extends Handler.Wrapper {

    private static final HttpField NO_SNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final HttpField POLICY = new PreEncodedHttpField("Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'");
    private static final HttpField REFERRER = new PreEncodedHttpField("Referrer-Policy", "no-referrer");
    private static final HttpField RESOURCE = new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin");

    /// Routes compress their answers if the client accepts it.
    private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding");
    private static final HttpField VARY_ORIGIN = new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding, Origin");

    /// One year. Browsers ignore it over plain HTTP.
    private static final HttpField HSTS = new PreEncodedHttpField(HttpHeader.STRICT_TRANSPORT_SECURITY,
            "max-age=31536000");

    private static final String ALLOWED_METHODS = "GET, HEAD, POST";
    private static final String ALLOWED_HEADERS = "Authorization, Content-Encoding, Content-Type, Last-Event-ID, "
            + "X-Api-Key, X-Request-Id";
    private static final String EXPOSED_HEADERS = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";
    private static final String PREFLIGHT_SECONDS = "600";

    private final boolean tls;
    private final AllowedHosts hosts;
    private final Set<String> origins;

    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;

    ResponseHeaders(ListenerOptions options, Function<Request, String> requestId, HttpServer.RequestMeter meter) {
        this.requestId = requestId;
        this.meter = meter;
        tls = options.certificate().isPresent();
        hosts = options.hosts();
        origins = options.corsOrigins();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        addTo(response.getHeaders());
        String host = request.getHttpURI().getHost();
        if (host != null && !hosts.allows(host)) {
            Response.writeError(request, response, callback, HttpStatus.MISDIRECTED_REQUEST_421);
            return true;
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        boolean allowed = origin != null && origins.contains(origin)
                && Request.getPathInContext(request).startsWith("/api/");
        if (!allowed) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put("Access-Control-Allow-Origin", origin);
        response.getHeaders().put("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        if (!isPreflight(request)) {
            return super.handle(request, response, callback);
        }
        answerPreflight(request, response);
        SlowReaders.writeEarly(request, response, BufferUtil.EMPTY_BUFFER, callback);
        return true;
    }

    private void answerPreflight(Request request, Response response) {
        response.setStatus(HttpStatus.NO_CONTENT_204);
        response.getHeaders().put(HttpServer.REQUEST_ID, requestId.apply(request));
        response.getHeaders().put("Access-Control-Allow-Methods", ALLOWED_METHODS);
        response.getHeaders().put("Access-Control-Allow-Headers", ALLOWED_HEADERS);
        response.getHeaders().put("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        meter.record(request.getMethod(), "preflight", HttpStatus.NO_CONTENT_204,
                Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()), "");
    }

    /// Sets the headers that do not depend on the request. Jetty's errors before any handler need them too.
    void addTo(HttpFields.Mutable headers) {
        headers.put(NO_SNIFF);
        headers.put(POLICY);
        headers.put(REFERRER);
        headers.put(RESOURCE);
        headers.put(origins.isEmpty() ? VARY : VARY_ORIGIN);
        if (tls) {
            headers.put(HSTS);
        }
    }

    private static boolean isPreflight(Request request) {
        return HttpMethod.OPTIONS.is(request.getMethod())
                && request.getHeaders().contains("Access-Control-Request-Method");
    }

    /// Makes the server call it on the selector thread.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
