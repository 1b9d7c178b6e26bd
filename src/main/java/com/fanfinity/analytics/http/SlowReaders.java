package com.fanfinity.analytics.http;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Closes connections whose clients take an answer more slowly than 1 KiB/s for some seconds. Such a client would hold
/// the answer, and the permits of its request, for as long as it likes: each byte that it takes restarts the idle
/// timeout of the connection.
///
/// It watches the answers of routes, and the problem documents of requests that reach no route: a client without a key
/// must not hold a connection by reading its refusals slowly. Streams have a bound of their own.
///
/// Writes that the socket takes at once cost nothing here.
final class SlowReaders extends AbstractLifeCycle {

    private static final long CHECKS_PER_PATIENCE = 10;

    private final AnswerBudget budget;
    private final Scheduler scheduler;
    private final Set<MeasuredEndPoint> waiting = ConcurrentHashMap.newKeySet();
    private volatile Scheduler.@Nullable Task next;

    SlowReaders(AnswerBudget budget, Scheduler scheduler) {
        this.budget = budget;
        this.scheduler = scheduler;
    }

    @Override
    protected void doStart() {
        scheduleCheck();
    }

    @Override
    protected void doStop() {
        Scheduler.Task task = next;
        if (task != null) {
            task.cancel();
        }
    }

    private void scheduleCheck() {
        next = scheduler.schedule(this::check, budget.patience().toMillis() / CHECKS_PER_PATIENCE,
                TimeUnit.MILLISECONDS);
    }

    private void check() {
        try {
            waiting.forEach(this::cutIfTooSlow);
        } finally {
            if (isRunning()) {
                scheduleCheck();
            }
        }
    }

    private void cutIfTooSlow(MeasuredEndPoint endPoint) {
        boolean tooSlow;
        synchronized (endPoint.pace()) {
            tooSlow = endPoint.pace().checkTooSlow(System.nanoTime(), endPoint.taken(), budget.patience().toNanos());
        }
        if (tooSlow) {
            waiting.remove(endPoint);
            budget.meter().clientCut();
            endPoint.cut(new TimeoutException("the client takes the answer too slowly"));
        }
    }

    /// Writes an answer that no route makes, as {@link #answerEarly} does.
    static void writeEarly(Request request, Response response, ByteBuffer content, Callback callback) {
        answerEarly(request, response, watched -> watched.write(true, content, callback));
    }

    /// Makes an answer that no route makes. The request is usually on the selector thread.
    ///
    /// From the second request of a connection on, another thread makes the answer. Otherwise Jetty would handle the
    /// next request on the selector thread too, for as long as the client sends some, and no other connection would be
    /// served. Whether more requests have arrived is not known: with TLS each record may have one.
    ///
    /// @param answer receives the response, of which each write is watched
    static void answerEarly(Request request, Response response, Consumer<Response> answer) {
        Response watched = watchedByServer(request, response);
        if (request.getConnectionMetaData().getConnection().getMessagesIn() > 1) {
            request.getComponents().getExecutor().execute(() -> answer.accept(watched));
        } else {
            answer.accept(watched);
        }
    }

    private static Response watchedByServer(Request request, Response response) {
        SlowReaders slowReaders = request.getConnectionMetaData().getConnector().getServer()
                .getBean(SlowReaders.class);
        return slowReaders == null ? response : slowReaders.watched(request, response);
    }

    /// A response of which each write is watched.
    Response watched(Request request, Response response) {
        return NetworkEndPoint
                .below(request.getConnectionMetaData().getConnection()
                        .getEndPoint()) instanceof MeasuredEndPoint measured
                                ? new WatchedResponse(request, response, measured)
                                : response;
    }

    private final class WatchedResponse extends Response.Wrapper {
        private final MeasuredEndPoint endPoint;

        private WatchedResponse(Request request, Response response, MeasuredEndPoint endPoint) {
            super(request, response);
            this.endPoint = endPoint;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            Write write = newWrite(endPoint, callback);
            super.write(last, content, write);
            write.returned();
        }
    }

    Write newWrite(MeasuredEndPoint endPoint, Callback callback) {
        return new Write(endPoint, callback);
    }

    /// One write of an answer. It is watched from the moment at which the call returned without the socket having taken
    /// it.
    final class Write extends Callback.Nested {
        private final MeasuredEndPoint endPoint;
        private boolean completed;

        private Write(MeasuredEndPoint endPoint, Callback callback) {
            super(callback);
            this.endPoint = endPoint;
        }

        void returned() {
            synchronized (endPoint.pace()) {
                if (!completed) {
                    endPoint.pace().beginWait(System.nanoTime(), endPoint.taken());
                    waiting.add(endPoint);
                }
            }
        }

        @Override
        public void succeeded() {
            complete();
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            complete();
            super.failed(failure);
        }

        private void complete() {
            synchronized (endPoint.pace()) {
                completed = true;
                endPoint.pace().endWait(System.nanoTime());
                waiting.remove(endPoint);
            }
        }
    }
}
