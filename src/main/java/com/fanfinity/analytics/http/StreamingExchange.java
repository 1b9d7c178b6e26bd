package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// One request that is answered by a {@link Direct}.
///
/// @param endpoint the path's template
/// @param callback to be completed when the answer has ended
/// @param requestId the caller's, or one made here
public record StreamingExchange(Request request, Response response, Callback callback, String endpoint, String requestId,
        HttpServer.RequestMeter meter) {

    public String path() {
        return Request.getPathInContext(request);
    }

    public String method() {
        return request.getMethod();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /// Counts the request as answered; to be called when its answer begins.
    public void begin(int status, String contentType) {
        response.setStatus(status);
        response.getHeaders().put(HttpServer.REQUEST_ID, requestId);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        answered(status, "");
    }

    /// Answers with a problem document. It is counted first, so that whoever has the answer finds it counted.
    public void refuse(Problem problem) {
        answered(problem.status(), problem.kind());
        response.setStatus(problem.status());
        response.getHeaders().put(HttpServer.REQUEST_ID, requestId);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        problem.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        response.write(true, ByteBuffer.wrap(problem.toJson(path(), requestId)), callback);
    }

    private void answered(int status, String problem) {
        HttpServer.nameSpan(request.getMethod(), endpoint);
        meter.answered(HttpServer.known(request.getMethod()), endpoint, status,
                Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()), problem);
    }
}
