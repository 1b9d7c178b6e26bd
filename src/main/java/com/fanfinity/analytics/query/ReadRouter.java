package com.fanfinity.analytics.query;

import java.time.Duration;

import io.javalin.http.Context;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

/// How a read of one match is answered: from here only, or from wherever its state is.
public interface ReadRouter {

    Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// Answers the request with what is found.
    ///
    /// What it throws is a {@link ProblemException}: 404 if the owner of the match's state says that there is no such match; 503 with
    /// `Retry-After` if no copy of the state could be read in time.
    ///
    /// @param local how the body is made from state that is here
    void answer(Context ctx, String matchId, LocalReader local);

    static ProblemException unavailable() {
        return new ProblemException(Problem.unavailable("The state is moving between instances or being restored.", RETRY_AFTER));
    }

    static ProblemException unknown(String matchId) {
        return new ProblemException(Problem.notFound("No event of the match " + matchId + " is known."));
    }

    static void write(Context ctx, byte[] body) {
        ctx.contentType("application/json").header("Cache-Control", "no-store").result(body);
    }
}
