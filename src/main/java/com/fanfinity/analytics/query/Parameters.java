package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

import io.javalin.http.Context;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

/// Reads the parameters of a request, or says which one cannot be taken.
final class Parameters {

    private Parameters() {}

    /// @throws ProblemException 400 if it could not name a match
    static String matchId(Context ctx) {
        String matchId = ctx.pathParam("matchId");
        if (!EventRules.isMatchId(matchId)) {
            throw new ProblemException(Problem.badParameter("matchId", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"));
        }
        return matchId;
    }

    static int limit(Context ctx, int fallback, int most) {
        String text = ctx.queryParam("limit");
        if (text == null) {
            return fallback;
        }
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new ProblemException(Problem.badParameter("limit", "must be a number from 1 to " + most));
        }
        return Integer.parseInt(text);
    }

    static Optional<Instant> time(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).map(text -> Timestamps.parse(text.replace(' ', '+'))
                .orElseThrow(() -> new ProblemException(Problem.badParameter(name, "must be an RFC 3339 time with an offset"))));
    }

    static <E extends Enum<E>> Optional<E> oneOf(Context ctx, String name, E[] values) {
        Function<E, String> wireName = value -> value.name().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(ctx.queryParam(name))
                .map(text -> Arrays.stream(values).filter(value -> wireName.apply(value).equals(text))
                        .findFirst().orElseThrow(() -> new ProblemException(Problem.badParameter(name,
                                "must be one of " + String.join(", ", Arrays.stream(values).map(wireName).toList())))));
    }
}
