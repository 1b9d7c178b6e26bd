package com.fanfinity.analytics.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Passes requests to the streaming endpoint of their path, and all others to the next handler.
final class StreamingHandler extends Handler.Wrapper {

    private final List<StreamingEndpoint> streamingEndpoints;
    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;

    StreamingHandler(List<StreamingEndpoint> streamingEndpoints, Function<Request, String> requestId,
            HttpServer.RequestMeter meter, Handler next) {
        super(next);
        this.streamingEndpoints = List.copyOf(streamingEndpoints);
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        for (StreamingEndpoint streaming : streamingEndpoints) {
            Optional<String> endpoint = streaming.routeTemplate(path);
            if (endpoint.isPresent()) {
                streaming.handle(new StreamingExchange(request, response, callback, endpoint.get(),
                        requestId.apply(request), meter));
                return true;
            }
        }
        return super.handle(request, response, callback);
    }

    /// Makes the server call it on the selector thread.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
