package com.fanfinity.analytics.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Refuses requests before routing, when there is too much to do, and gives the others to threads of their own.
///
/// It runs on the thread that reads the sockets (it says that it never blocks), so a refusal takes no thread and waits for none: those
/// that are refused do not stand in the queue of those that are taken. Were all of them given to virtual threads first, the many
/// refusals would make the few taken ones as late as if nothing were refused.
///
/// A small body is thrown away without a thread waiting for it, so that the connection can be used again. Longer ones, and those that
/// the client announces first (`Expect`), are left to the routes, which ask again.
final class EarlyRefusals extends Handler.Wrapper {
    private static final long SMALL = 64 << 10;

    private final List<Routes> routes;
    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;
    private final AtomicInteger waiting = new AtomicInteger();

    EarlyRefusals(List<Routes> routes, Function<Request, String> requestId, HttpServer.RequestMeter meter) {
        this.routes = routes;
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Problem> refusal = isSmall(request) ? refusal(request) : Optional.empty();
        if (refusal.isEmpty()) {
            waiting.incrementAndGet();
            request.getComponents().getExecutor().execute(() -> begin(request, response, callback));
            return true;
        }
        Content.Source.consumeAll(request,
                Callback.from(() -> refuse(request, response, callback, refusal.get()), callback::failed));
        return true;
    }

    /// The server runs it where it reads.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void begin(Request request, Response response, Callback callback) {
        waiting.decrementAndGet();
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            Response.writeError(request, response, callback, failure);
        }
    }

    private static boolean isSmall(Request request) {
        return request.getLength() >= 0 && request.getLength() <= SMALL && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    private Optional<Problem> refusal(Request request) {
        String path = Request.getPathInContext(request);
        for (Routes some : routes) {
            Optional<Problem> refusal = some.refusal(request.getMethod(), path, waiting.get());
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private void refuse(Request request, Response response, Callback callback, Problem problem) {
        new StreamingExchange(request, response, callback, Request.getPathInContext(request), requestId.apply(request), meter)
                .refuse(problem);
    }
}
