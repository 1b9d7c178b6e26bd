package com.fanfinity.analytics.http;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

import io.javalin.http.Context;

/// The answer to one request of a route, until the socket has taken it or the connection is closed.
///
/// A handler returns before its answer is written. Permits and memory that bound the work for one request must be held
/// for longer: see {@link #whenSent}.
public final class OpenAnswer {

    private static final String ATTRIBUTE = OpenAnswer.class.getName();

    private final AnswerBudget budget;
    private final List<Runnable> releases = new ArrayList<>(2);
    private long bytes;
    private boolean sent;

    OpenAnswer(AnswerBudget budget) {
        this.budget = budget;
    }

    /// The answer to this request.
    public static OpenAnswer of(Context ctx) {
        return requireNonNull((OpenAnswer) ctx.req().getAttribute(ATTRIBUTE), "not a request of a route");
    }

    void attachTo(org.eclipse.jetty.server.Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /// Runs an action when the socket has taken the answer, or never will. Runs it at once if that has happened.
    ///
    /// @param release must not block
    public void whenSent(Runnable release) {
        if (!isPending(release)) {
            release.run();
        }
    }

    private synchronized boolean isPending(Runnable release) {
        if (!sent) {
            releases.add(release);
        }
        return !sent;
    }

    /// Takes the bytes of the answer from the budget before the work that the answer reports. A later answer of at most
    /// this length is not refused.
    ///
    /// @throws ProblemException 503 if too many answers wait for their clients
    public void reserve(long length) {
        if (!cover(length)) {
            throw new ProblemException(AnswerBudget.spent());
        }
    }

    /// Makes the budget cover exactly this length.
    ///
    /// @return false if the budget is spent; it then covers what it covered before
    synchronized boolean cover(long length) {
        if (sent) {
            return true;
        }
        if (length <= bytes) {
            budget.giveBack(bytes - length);
        } else if (!budget.take(length - bytes)) {
            return false;
        }
        bytes = length;
        return true;
    }

    /// Releases everything, once.
    void sent() {
        List<Runnable> due;
        synchronized (this) {
            sent = true;
            budget.giveBack(bytes);
            bytes = 0;
            due = List.copyOf(releases);
            releases.clear();
        }
        due.forEach(Runnable::run);
    }
}
