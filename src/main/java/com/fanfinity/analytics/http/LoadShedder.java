package com.fanfinity.analytics.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Rejects requests before routing while the service is overloaded, and runs all others on virtual threads.
///
/// It runs on the selector thread and never blocks, so a rejection neither needs a thread nor waits for one. If every
/// request went to a virtual thread first, the many rejected ones would delay the few accepted ones as much as if none
/// were rejected.
///
/// A {@link SmallBody} is discarded. For longer bodies, and for requests with `Expect`, the route makes the decision.
final class LoadShedder extends Handler.Wrapper {

    private final List<Routes> routes;
    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;
    private final AtomicInteger queued = new AtomicInteger();

    LoadShedder(List<Routes> routes, Function<Request, String> requestId, HttpServer.RequestMeter meter,
            Handler next) {
        super(next);
        this.routes = routes;
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Problem> rejection = SmallBody.isSmall(request) ? shedIfOverloaded(request) : Optional.empty();
        if (rejection.isEmpty()) {
            queued.incrementAndGet();
            request.getComponents().getExecutor().execute(() -> runRoute(request, response, callback));
            return true;
        }
        SmallBody.discard(request, response, callback, () -> reject(request, response, callback, rejection.get()));
        return true;
    }

    /// Makes the server call it on the selector thread.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void runRoute(Request request, Response response, Callback callback) {
        queued.decrementAndGet();
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            Response.writeError(request, response, callback, failure);
        }
    }

    private Optional<Problem> shedIfOverloaded(Request request) {
        String path = Request.getPathInContext(request);
        for (Routes group : routes) {
            Optional<Problem> rejection = group.shedIfOverloaded(request.getMethod(), path, queued.get());
            if (rejection.isPresent()) {
                return rejection;
            }
        }
        return Optional.empty();
    }

    private void reject(Request request, Response response, Callback callback, Problem problem) {
        new StreamingExchange(request, response, callback, Request.getPathInContext(request), requestId.apply(request),
                meter)
                .sendProblem(problem);
    }
}
