package com.fanfinity.analytics.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

/// The tests use HTTP, because decoding is part of reading a parameter.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadRequestsTest {
    private final TestServer server = new TestServer(routes -> {
        routes.get("/limit", ctx -> ctx.result(Integer.toString(QueryParameters.limit(ctx, 50, 200))));
        routes.get("/time", ctx -> ctx.result(QueryParameters.time(ctx, "from").toString()));
        routes.get("/status", ctx -> ctx.result(QueryParameters.oneOf(ctx, "status", MatchStatus.values()).toString()));
        routes.get("/match/{matchId}", ctx -> ctx.result(ReadRequests.matchId(ctx)));
    });

    @BeforeAll
    void itAnswers() {
        assertEquals(200, server.get("/limit").status());
    }

    @AfterAll
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"/limit,50", "/limit?limit=1,1", "/limit?limit=200,200", "/limit?limit=007,7", "/time,Optional.empty",
        "/time?from=2018-07-15T15:00:00Z,Optional[2018-07-15T15:00:00Z]",
        "/time?from=2018-07-15T18:00:00%2B03:00,Optional[2018-07-15T15:00:00Z]",
        "/time?from=2018-07-15T18:00:00+03:00,Optional[2018-07-15T15:00:00Z]", "/status,Optional.empty",
        "/status?status=live,Optional[LIVE]",
        "/status?status=ended,Optional[ENDED]", "/match/a.b_c:d-9,a.b_c:d-9", "/match/a%3Ab,a:b"})
    void parameter_valid_isRead(String path, String expected) {
        assertEquals(expected, server.get(path).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/limit?limit=0", "/limit?limit=201", "/limit?limit=-1", "/limit?limit=", "/limit?limit=x",
        "/limit?limit=1.5",
        "/limit?limit=99999999999", "/limit?limit=%D9%A1", "/time?from=", "/time?from=now", "/time?from=2018-07-15",
        "/time?from=2018-07-15T15:00:00",
        "/status?status=LIVE", "/status?status=", "/status?status=x", "/match/a%20b", "/match/%C3%A9"})
    void parameter_invalid_is400AndNamed(String path) {
        Reply reply = server.get(path);

        assertEquals(400, reply.status(), reply.body());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals(1, reply.json().get("errors").size());
    }

    @Test
    void matchId_of129Characters_is400() {
        assertEquals(200, server.get("/match/" + "m".repeat(128)).status());
        assertEquals(400, server.get("/match/" + "m".repeat(129)).status());
    }
}
