package com.fanfinity.analytics.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The body of a request that is refused before its route. It is discarded without a thread, so that the client can
/// reuse the connection.
///
/// The body has a limited time. Otherwise a client without a key, which sends a byte now and then, would hold its
/// connection for days: each byte restarts the idle timeout, and a connection with a request does not count as idle.
/// After that time the client gets its answer, and the connection is closed.
final class SmallBody implements Invocable.Task {

    /// The time for a body that does not arrive with its headers.
    static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final long MAX_BYTES = 64 << 10;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Duration deadline;
    private final Runnable answer;
    private boolean ended;
    private Scheduler.@Nullable Task timer;

    private SmallBody(Request request, Response response, Callback callback, Duration deadline, Runnable answer) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.deadline = deadline;
        this.answer = answer;
    }

    /// Whether the body may be discarded: it is short, and the client sends it without being asked to.
    static boolean isSmall(Request request) {
        return request.getLength() >= 0 && request.getLength() <= MAX_BYTES
                && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    /// Discards the body, and then answers.
    ///
    /// @param answer sends the answer and completes the request; must not block
    static void discard(Request request, Response response, Callback callback, Runnable answer) {
        discard(request, response, callback, DEADLINE, answer);
    }

    static void discard(Request request, Response response, Callback callback, Duration deadline, Runnable answer) {
        new SmallBody(request, response, callback, deadline, answer).run();
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                startTimer();
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                end();
                fail(chunk.getFailure());
                return;
            }
            chunk.release();
            if (chunk.isLast()) {
                end();
                answer.run();
                return;
            }
        }
    }

    private void fail(Throwable failure) {
        if (failure instanceof TimeoutException) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
            answer.run();
        } else {
            callback.failed(failure); // the client has disconnected
        }
    }

    private synchronized void startTimer() {
        if (timer == null) {
            timer = request.getComponents().getScheduler().schedule(this::expire, deadline.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /// Makes the next read fail. It holds the lock, so that it cannot hit the next request of the connection.
    private synchronized void expire() {
        if (!ended) {
            request.getConnectionMetaData().getConnection()
                    .onIdleExpired(new TimeoutException("the body arrives too slowly"));
        }
    }

    private synchronized void end() {
        ended = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    /// Makes the server call it on the selector thread.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
