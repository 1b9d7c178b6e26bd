package com.fanfinity.analytics.http;

import java.util.regex.Pattern;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Rejects requests that Jetty leaves to the routes: too many headers, or a long URL. Javalin ignores a query parameter
/// with malformed percent-encoding. A body in another transfer coding than `chunked` would be read as if it had none.
final class RequestCheck extends Handler.Wrapper {

    static final int MAX_HEADERS = 100;
    static final int MAX_URL_LENGTH = 4 << 10;

    private static final Pattern MALFORMED = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    RequestCheck(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        int fault = faultOf(request);
        if (fault != HttpStatus.OK_200) {
            Response.writeError(request, response, callback, fault);
            return true;
        }
        return super.handle(request, response, callback);
    }

    private static int faultOf(Request request) {
        if (request.getHttpURI().getPathQuery().length() > MAX_URL_LENGTH) {
            return HttpStatus.URI_TOO_LONG_414;
        }
        if (request.getHeaders().size() > MAX_HEADERS) {
            return HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431;
        }
        String query = request.getHttpURI().getQuery();
        if (query != null && MALFORMED.matcher(query).find()) {
            return HttpStatus.BAD_REQUEST_400;
        }
        String coding = request.getHeaders().get(HttpHeader.TRANSFER_ENCODING);
        return coding == null || coding.equalsIgnoreCase("chunked")
                ? HttpStatus.OK_200
                : HttpStatus.NOT_IMPLEMENTED_501;
    }

    /// Makes the server call it on the selector thread.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
