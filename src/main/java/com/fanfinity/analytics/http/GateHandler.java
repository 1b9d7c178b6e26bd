package com.fanfinity.analytics.http;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Asks the gate about each request, in front of the streaming endpoints, the early rejections and the routes.
///
/// The body of a refused request is never parsed. A {@link SmallBody} is discarded, so that the client can reuse the
/// connection. With a longer one, or with one of unknown length, the connection is closed after the response.
final class GateHandler extends Handler.Wrapper {

    static final String UNMATCHED = "unmatched";

    /// The attribute of an admitted request with the access of the route for which it was admitted.
    static final String GRANTED = GateHandler.class.getName();

    private final Gate gate;
    private final Supplier<RouteTable> table;
    private final Function<Request, String> requestId;
    private final HttpServer.RequestMeter meter;

    /// @param table called for the first time when a request arrives
    GateHandler(Gate gate, Supplier<RouteTable> table, Function<Request, String> requestId,
            HttpServer.RequestMeter meter, Handler next) {
        super(next);
        this.gate = gate;
        this.table = table;
        this.requestId = requestId;
        this.meter = meter;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Route> route = table.get().find(request.getMethod(), Request.getPathInContext(request));
        switch (gate.admit(request, route)) {
            case Gate.Admitted _ -> {
                route.flatMap(Route::access).ifPresent(access -> request.setAttribute(GRANTED, access));
                return super.handle(request, response, callback);
            }
            case Gate.Refused refused -> refuse(request, response, callback, refused,
                    route.map(Route::template).orElse(UNMATCHED));
        }
        return true;
    }

    private void refuse(Request request, Response response, Callback callback, Gate.Refused refused, String endpoint) {
        StreamingExchange exchange = new StreamingExchange(request, response, callback, endpoint,
                requestId.apply(request), meter);
        refused.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        if (hasNoBody(request)) {
            exchange.sendProblem(refused.problem());
        } else if (SmallBody.isSmall(request)) {
            SmallBody.discard(request, response, callback, () -> exchange.sendProblem(refused.problem()));
        } else {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
            exchange.sendProblem(refused.problem());
        }
    }

    private static boolean hasNoBody(Request request) {
        return request.getLength() == 0
                || (request.getLength() < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
    }

    /// Makes the server call it on the selector thread.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
