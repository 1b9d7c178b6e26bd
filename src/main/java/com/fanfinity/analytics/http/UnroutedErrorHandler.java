package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Answers requests that never reach a route, such as malformed HTTP, with a problem document instead of Jetty's page.
///
/// The document does not repeat the path, which may be malformed.
final class UnroutedErrorHandler extends ErrorHandler {

    private final Function<Request, String> requestId;
    private final UnroutedRequestMeter meter;
    private final ResponseHeaders headers;

    /// Records every such response.
    interface UnroutedRequestMeter {
        /// @param method the raw method of the request, if it has one
        void record(@Nullable String method, int status, Duration took);
    }

    /// @param headers also for requests that are rejected before any handler
    UnroutedErrorHandler(Function<Request, String> requestId, UnroutedRequestMeter meter, ResponseHeaders headers) {
        this.headers = headers;
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(Request request, Response response, int status, @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        String given = response.getHeaders().get(HttpServer.REQUEST_ID);
        String id = given == null ? requestId.apply(request) : given;
        headers.addTo(response.getHeaders());
        response.getHeaders().put(HttpServer.REQUEST_ID, id);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        if (!request.getConnectionMetaData().isPersistent()) {
            // Jetty omits it if it could not read the version of the request, which may be HTTP/1.1.
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            // The server is shutting down: another instance can answer, or this one after its restart.
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        }
        meter.record(request.getMethod(), status, Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()));
        SlowReaders.writeEarly(request, response,
                ByteBuffer.wrap(ProblemAnswers.ofStatus(status).toJson("", id)), callback);
    }
}
