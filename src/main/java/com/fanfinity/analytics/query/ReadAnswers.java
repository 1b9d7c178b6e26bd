package com.fanfinity.analytics.query;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import io.javalin.http.Context;

import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.peers.InstanceResponse;

/// Writes answers to reads, and makes the problems that all reads share.
final class ReadAnswers {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private ReadAnswers() {}

    static void write(Context ctx, InstanceResponse response) {
        response.retryAfter()
                .ifPresent(after -> ctx.header("Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
        ctx.status(response.status()).contentType(response.status() == 200 ? "application/json" : Problem.CONTENT_TYPE)
                .header("Cache-Control", "no-store").result(response.body());
    }

    /// Reads with the permit that the request needs.
    ///
    /// @param client as in {@link ReadPermits#read}
    /// @throws ProblemException 503 with `Retry-After` if no permit became free in time
    static <T> T withPermit(ReadPermits permits, ReadRequest request, Optional<ClientAddress> client,
            Supplier<T> read) {
        return request.permit().map(kind -> permits.read(kind, client, read)).orElseGet(read);
    }

    static ProblemException unavailable() {
        return new ProblemException(
                Problem.unavailable("The state is moving between instances or being restored.", RETRY_AFTER));
    }

    static ProblemException unknownMatch(String matchId) {
        return new ProblemException(Problem.notFound("The match " + matchId + " has no events."));
    }
}
