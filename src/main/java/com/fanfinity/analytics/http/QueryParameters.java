package com.fanfinity.analytics.http;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

import io.javalin.http.Context;

import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.event.WireName;

/// Reads query parameters, or rejects the request and names the invalid parameter.
public final class QueryParameters {

    private QueryParameters() {}

    /// Reads `limit`.
    ///
    /// @throws ProblemException 400 if it is not a number from 1 to `most`
    public static int limit(Context ctx, int fallback, int most) {
        String text = ctx.queryParam("limit");
        if (text == null) {
            return fallback;
        }
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new ProblemException(Problem.badParameter("limit", "must be a number from 1 to " + most));
        }
        return Integer.parseInt(text);
    }

    /// @throws ProblemException 400 if the parameter is present but not an RFC 3339 time
    public static Optional<Instant> time(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).map(text -> Timestamps.parse(text.replace(' ', '+'))
                .orElseThrow(() -> new ProblemException(
                        Problem.badParameter(name, "must be an RFC 3339 time with an offset"))));
    }

    /// Reads an enum constant by its wire name.
    ///
    /// @throws ProblemException 400 if the parameter is present but no constant has this name
    public static <E extends Enum<E>> Optional<E> oneOf(Context ctx, String name, E[] values) {
        return Optional.ofNullable(ctx.queryParam(name))
                .map(text -> WireName.parse(values, text).orElseThrow(() -> new ProblemException(Problem.badParameter(
                        name,
                        "must be one of " + String.join(", ", Arrays.stream(values).map(WireName::of).toList())))));
    }
}
