package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Gives each request of a route its {@link OpenAnswer}, and watches how fast the client takes the answer.
final class AnswerHandler extends Handler.Wrapper {

    private final AnswerBudget budget;
    private final SlowReaders slowReaders;

    AnswerHandler(AnswerBudget budget, SlowReaders slowReaders, Handler next) {
        super(next);
        this.budget = budget;
        this.slowReaders = slowReaders;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        OpenAnswer answer = new OpenAnswer(budget);
        answer.attachTo(request);
        Request.addCompletionListener(request, _ -> answer.sent());
        return super.handle(request, watched(request, response), callback);
    }

    private Response watched(Request request, Response response) {
        return NetworkEndPoint
                .below(request.getConnectionMetaData().getConnection()
                        .getEndPoint()) instanceof MeasuredEndPoint measured
                                ? new WatchedResponse(request, response, slowReaders, measured)
                                : response;
    }

    private static final class WatchedResponse extends Response.Wrapper {
        private final SlowReaders slowReaders;
        private final MeasuredEndPoint endPoint;

        private WatchedResponse(Request request, Response response, SlowReaders slowReaders,
                MeasuredEndPoint endPoint) {
            super(request, response);
            this.slowReaders = slowReaders;
            this.endPoint = endPoint;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            SlowReaders.Write write = slowReaders.newWrite(endPoint, callback);
            super.write(last, content, write);
            write.returned();
        }
    }
}
