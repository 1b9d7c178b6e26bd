package com.fanfinity.analytics.sink;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.clickhouse.client.api.ServerException;

/// The errors of ClickHouse that a single row can cause: a value does not parse or does not convert to the type of its
/// column, or violates a constraint. A wrong table causes the same errors, and {@link RejectionJudge} decides.
///
/// 32 and 33 (missing bytes) are not among them: then the request body was cut off on its way, and a retry succeeds.
/// Neither are errors that no row can cause, such as 241 (memory limit) and 252 (too many parts).
final class RowErrors {

    private static final Set<Integer> CODES = Set.of(6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 376, 441, 469,
            691);

    private RowErrors() {}

    /// The code of such an error; empty if the failure has another cause.
    static OptionalInt codeIn(Throwable failure) {
        return codesOf(failure).filter(CODES::contains).findFirst();
    }

    /// Whether the server returned this code.
    static boolean hasCode(Throwable failure, int code) {
        return codesOf(failure).anyMatch(each -> each == code);
    }

    private static IntStream codesOf(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).filter(ServerException.class::isInstance)
                .mapToInt(cause -> ((ServerException) cause).getCode());
    }
}
