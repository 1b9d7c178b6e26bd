package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// A request to a {@link StreamingEndpoint} and its response.
///
/// @param endpoint the path's template
/// @param callback must be completed when the response has ended
/// @param requestId the caller's id, or a generated one
public record StreamingExchange(Request request, Response response, Callback callback, String endpoint,
        String requestId,
        HttpServer.RequestMeter meter) {

    public String path() {
        return Request.getPathInContext(request);
    }

    public String method() {
        return request.getMethod();
    }

    public boolean isHead() {
        return HttpMethod.HEAD.is(method());
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /// The address that the request counts for.
    public ClientAddress address() {
        return ClientAddress.of(request);
    }

    /// Bounds the bytes that the kernel holds for a client that does not read. The kernel doubles the number.
    public void boundSendBuffer(int bytes) {
        NetworkEndPoint.boundSendBuffer(request.getConnectionMetaData().getConnection().getEndPoint(), bytes);
    }

    /// Closes the connection. A write in progress fails.
    public void abort() {
        NetworkEndPoint.close(request.getConnectionMetaData().getConnection().getEndPoint(),
                new EofException("aborted"));
    }

    /// Sets status and headers, and records the request as answered. The caller then writes the body.
    public void startResponse(int status, String contentType) {
        response.setStatus(status);
        response.getHeaders().put(HttpServer.REQUEST_ID, requestId);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        recordResponse(status, "");
    }

    /// Ends the response to a HEAD after {@link #startResponse}. The first write is not the last one, so that the
    /// headers are those of a body of unknown length.
    public void endHead() {
        SlowReaders.answerEarly(request, response, watched -> watched.write(false, BufferUtil.EMPTY_BUFFER,
                Callback.from(() -> watched.write(true, BufferUtil.EMPTY_BUFFER, callback), callback::failed)));
    }

    /// Answers with a problem document. It is recorded first, so that a client that has the response finds it in the
    /// metrics.
    public void sendProblem(Problem problem) {
        recordResponse(problem.status(), problem.kind());
        response.setStatus(problem.status());
        response.getHeaders().put(HttpServer.REQUEST_ID, requestId);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        problem.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        SlowReaders.writeEarly(request, response, ByteBuffer.wrap(problem.toJson(path(), requestId)), callback);
    }

    private void recordResponse(int status, String problem) {
        HttpServer.nameSpan(request.getMethod(), endpoint);
        meter.record(HttpServer.known(request.getMethod()), endpoint, status,
                Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime()), problem);
    }
}
