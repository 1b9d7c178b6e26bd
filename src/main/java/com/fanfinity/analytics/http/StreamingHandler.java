package com.fanfinity.analytics.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Gives requests to those who answer past the routes, and leaves the others to the next handler.
final class StreamingHandler extends Handler.Wrapper {

    private final List<StreamingEndpoint> directs;
    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;

    StreamingHandler(List<StreamingEndpoint> directs, Function<Request, String> requestId, HttpServer.RequestMeter meter, Handler next) {
        super(next);
        this.directs = List.copyOf(directs);
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        for (StreamingEndpoint direct : directs) {
            Optional<String> endpoint = direct.endpoint(path);
            if (endpoint.isPresent()) {
                direct.answer(new StreamingExchange(request, response, callback, endpoint.get(), requestId.apply(request), meter));
                return true;
            }
        }
        return super.handle(request, response, callback);
    }

    /// The server runs it where it reads.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
