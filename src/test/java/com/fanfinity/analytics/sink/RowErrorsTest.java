package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;

import com.clickhouse.client.api.ServerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowErrorsTest {

    private static Exception failure(int code) {
        return new ExecutionException(new SQLException(new ServerException(code, "refused", 500, "query")));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 27, 53, 117, 469})
    void codeIn_errorOfARow_isItsCode(int code) {
        assertEquals(OptionalInt.of(code), RowErrors.codeIn(failure(code)));
    }

    /// A body that was cut on its way (32, 33), no memory, no table, no space, too many parts, a lapsed claim, a
    /// dropped table, a server that is read-only.
    @ParameterizedTest
    @ValueSource(ints = {32, 33, 241, 60, 243, 252, 395, 218, 164, 242})
    void codeIn_errorThatNoRowCauses_isEmpty(int code) {
        assertEquals(OptionalInt.empty(), RowErrors.codeIn(failure(code)));
    }

    @Test
    void codeIn_noAnswer_isEmpty() {
        assertEquals(OptionalInt.empty(), RowErrors.codeIn(new ExecutionException(new IOException("reset"))));
        assertTrue(RowErrors.hasCode(failure(395), 395));
        assertFalse(RowErrors.hasCode(failure(53), 395));
    }
}
