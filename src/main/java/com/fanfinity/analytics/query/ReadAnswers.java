package com.fanfinity.analytics.query;

import java.time.Duration;

import io.javalin.http.Context;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.peers.InstanceResponse;

/// Writes answers to reads, and makes the problems that all reads share.
final class ReadAnswers {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private ReadAnswers() {}

    static void write(Context ctx, InstanceResponse response) {
        response.retryAfter().ifPresent(seconds -> ctx.header("Retry-After", seconds));
        ctx.status(response.status()).contentType(response.contentType()).header("Cache-Control", "no-store")
                .result(response.body());
    }

    static ProblemException unavailable() {
        return new ProblemException(
                Problem.unavailable("The state is moving between instances or being restored.", RETRY_AFTER));
    }

    static ProblemException unknownMatch(String matchId) {
        return new ProblemException(Problem.notFound("The match " + matchId + " has no events."));
    }
}
