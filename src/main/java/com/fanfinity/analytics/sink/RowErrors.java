package com.fanfinity.analytics.sink;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

import com.clickhouse.client.api.ServerException;

/// The errors with which ClickHouse rejects rows, for {@link RejectionJudge} to decide. Errors that neither a row nor a
/// table causes are not among them, such as 241 (memory limit) and 252 (too many parts).
final class RowErrors {

    /// A single row can cause these: a value does not parse or does not convert to the type of its column, or violates
    /// a constraint. A wrong table causes the same errors.
    private static final Set<Integer> OF_ROWS = Set.of(6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 376, 441, 469,
            691);

    /// The values of a row end too early. Usually the body of the request was cut off on its way, and a retry succeeds.
    /// A wrong table causes the same: ClickHouse reads an empty text as a number.
    private static final Set<Integer> OF_CUT_ROWS = Set.of(32, 33);

    /// Only a wrong table causes these: a column is missing or computed, or an operator has added an expression that
    /// fails for some rows.
    private static final Set<Integer> OF_TABLES = Set.of(7, 8, 10, 11, 16, 19, 20, 25, 36, 42, 43, 44, 46, 47, 48, 50,
            128, 130, 135, 153, 190, 248, 349, 352, 377, 386, 395, 407, 427, 467, 475, 675, 676);

    private RowErrors() {}

    /// The code of such an error; empty if the failure has another cause.
    static OptionalInt codeIn(Throwable failure) {
        return answers(failure).mapToInt(ServerException::getCode)
                .filter(code -> isOfARow(code) || isOfACutRow(code) || OF_TABLES.contains(code)).findFirst();
    }

    /// Whether a single row can cause it.
    static boolean isOfARow(int code) {
        return OF_ROWS.contains(code);
    }

    /// Whether a body that was cut off on its way can cause it.
    static boolean isOfACutRow(int code) {
        return OF_CUT_ROWS.contains(code);
    }

    /// Whether the server returned this code with this text.
    static boolean has(Throwable failure, int code, String text) {
        return answers(failure)
                .anyMatch(answer -> answer.getCode() == code && String.valueOf(answer.getMessage()).contains(text));
    }

    /// Whether the server returned an error, whichever it is.
    static boolean isAnswer(Throwable failure) {
        return answers(failure).findAny().isPresent();
    }

    private static Stream<ServerException> answers(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).filter(ServerException.class::isInstance)
                .map(ServerException.class::cast);
    }
}
