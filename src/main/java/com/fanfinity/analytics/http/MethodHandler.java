package com.fanfinity.analytics.http;

import io.javalin.http.Context;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Shows HEAD to the routes as GET, so that its answer has the status and the headers of GET. Jetty still knows the
/// client's method and sends no body. Javalin alone answers HEAD with 200 if the path has a GET route, without running
/// the route.
///
/// It also hides a header by which Javalin lets a client replace the method. Otherwise a GET could pass as a POST the
/// checks in front of the routes.
final class MethodHandler extends Handler.Wrapper {

    private static final String HEAD = MethodHandler.class.getName();
    private static final String OVERRIDE = "X-HTTP-Method-Override";

    private static final class MethodRequest extends Request.Wrapper {
        private final String method;
        private final HttpFields headers;

        private MethodRequest(Request request, String method) {
            super(request);
            this.method = method;
            headers = HttpFields.build(request.getHeaders()).remove(OVERRIDE).asImmutable();
        }

        @Override
        public String getMethod() {
            return method;
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (HttpMethod.HEAD.is(request.getMethod())) {
            request.setAttribute(HEAD, true);
            return super.handle(new MethodRequest(request, HttpMethod.GET.asString()), response, callback);
        }
        boolean overridden = request.getHeaders().contains(OVERRIDE);
        return super.handle(overridden ? new MethodRequest(request, request.getMethod()) : request, response,
                callback);
    }

    /// The method that the client sent.
    static String methodOf(Context ctx) {
        return ctx.req().getAttribute(HEAD) == null ? ctx.method().name() : HttpMethod.HEAD.asString();
    }
}
