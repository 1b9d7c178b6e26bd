package com.fanfinity.analytics.http;

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
        return super.handle(request, slowReaders.watched(request, response), callback);
    }
}
