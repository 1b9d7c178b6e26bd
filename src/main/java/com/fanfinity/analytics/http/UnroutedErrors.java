package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Answers what never reaches a route, such as a request that is not HTTP, with a problem document in place of Jetty's own page.
///
/// The path is not repeated: it may be what is wrong.
final class UnroutedErrors extends ErrorHandler {

    private final Supplier<String> newRequestId;
    private final Meter meter;

    /// Told of every such answer.
    interface Meter {
        /// @param method as the request has it, which may be nothing known
        void answered(@Nullable String method, int status, Duration took);
    }

    UnroutedErrors(Supplier<String> newRequestId, Meter meter) {
        this.newRequestId = newRequestId;
        this.meter = meter;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(Request request, Response response, int status, @Nullable String message, @Nullable Throwable cause,
            Callback callback) {
        String given = response.getHeaders().get(HttpServer.REQUEST_ID);
        String requestId = given == null ? newRequestId.get() : given;
        response.getHeaders().put(HttpServer.REQUEST_ID, requestId);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            // The server is closing: another instance, or this one when it is back.
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        }
        meter.answered(request.getMethod(), status, Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()));
        response.write(true, ByteBuffer.wrap(HttpServer.ofStatus(status).toJson("", requestId)), callback);
    }
}
