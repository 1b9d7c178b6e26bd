package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Refuses requests before routing, when there is too much to do: a refusal must be cheap just then. Measured, it costs less than half
/// of one by a route's handler.
///
/// A small body is thrown away without a thread waiting for it, so that the connection can be used again. Longer ones, and those that
/// the client announces first (`Expect`), are left to the routes, which ask again.
final class EarlyRefusals extends Handler.Wrapper {
    private static final long SMALL = 64 << 10;

    private final List<Routes> routes;
    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;

    EarlyRefusals(List<Routes> routes, Function<Request, String> requestId, HttpServer.RequestMeter meter) {
        this.routes = routes;
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Problem> refusal = isSmall(request) ? refusal(request) : Optional.empty();
        if (refusal.isEmpty()) {
            return super.handle(request, response, callback);
        }
        Content.Source.consumeAll(request,
                Callback.from(() -> refuse(request, response, callback, refusal.get()), callback::failed));
        return true;
    }

    private static boolean isSmall(Request request) {
        return request.getLength() >= 0 && request.getLength() <= SMALL && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    private Optional<Problem> refusal(Request request) {
        String path = Request.getPathInContext(request);
        for (Routes some : routes) {
            Optional<Problem> refusal = some.refusal(request.getMethod(), path);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private void refuse(Request request, Response response, Callback callback, Problem problem) {
        String path = Request.getPathInContext(request);
        String id = requestId.apply(request);
        response.setStatus(problem.status());
        response.getHeaders().put(HttpServer.REQUEST_ID, id);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        problem.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        response.write(true, ByteBuffer.wrap(problem.toJson(path, id)), callback);
        meter.answered(request.getMethod(), path, problem.status(), Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()),
                problem.kind());
    }
}
