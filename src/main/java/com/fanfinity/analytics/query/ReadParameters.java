package com.fanfinity.analytics.query;

import io.javalin.http.Context;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

/// Reads what names a match, or says that it cannot.
final class ReadParameters {

    private ReadParameters() {}

    /// @throws ProblemException 400 if it could not name a match
    static String matchId(Context ctx) {
        String matchId = ctx.pathParam("matchId");
        if (!EventRules.isMatchId(matchId)) {
            throw new ProblemException(Problem.badParameter("matchId", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"));
        }
        return matchId;
    }
}
