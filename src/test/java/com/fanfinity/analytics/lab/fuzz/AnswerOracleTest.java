package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.fuzz.FuzzInput.Form;
import com.fanfinity.analytics.lab.hostile.RawHttp.Reply;

class AnswerOracleTest {

    private static final String PROBLEM = "{\"type\":\"urn:x\",\"title\":\"t\",\"status\":%d,\"detail\":\"%s\","
            + "\"instance\":\"/api/events\",\"requestId\":\"r\"}";

    private final AnswerOracle oracle = new AnswerOracle();

    private String kind(int status, Map<String, String> headers, String body) {
        FuzzInput.Http input = new FuzzInput.Http("POST /api/events HTTP/1.1\r\n\r\n".getBytes(UTF_8), new byte[100],
                Form.WRITE);
        return oracle.violation(input, new Reply(status, headers, body.getBytes(UTF_8)))
                .map(violation -> violation.split(":", 2)[0]).orElse("none");
    }

    private static Map<String, String> problem() {
        return Map.of("content-type", "application/problem+json");
    }

    @Test
    void violation_goodAnswers_isEmpty() {
        assertEquals("none", kind(202, Map.of(), "{}"));
        assertEquals("none", kind(400, problem(), PROBLEM.formatted(400, "bad")));
        assertEquals("none", kind(503, Map.of("content-type", "application/problem+json", "retry-after", "1"),
                PROBLEM.formatted(503, "later")));
    }

    @Test
    void violation_serverErrors_isStatus() {
        assertEquals("status", kind(500, problem(), PROBLEM.formatted(500, "bad")));
        assertEquals("status", kind(503, problem(), PROBLEM.formatted(503, "no Retry-After")));
    }

    @Test
    void violation_classNames_isLeak() {
        assertEquals("leak", kind(400, problem(), PROBLEM.formatted(400, "java.lang.String")));
        assertEquals("leak", kind(400, problem(), PROBLEM.formatted(400, "com.fasterxml.jackson.core.JsonParser")));
        assertEquals("leak", kind(400, problem(), PROBLEM.formatted(400, "JsonParseException")));
        assertEquals("leak", kind(202, Map.of("server", "Jetty(12.1.0)"), "{}"));
    }

    @Test
    void violation_largeAnswerToASmallRequest_isSize() {
        assertEquals("size", kind(202, Map.of(), "x".repeat(100_000)));
    }

    @Test
    void violation_otherDocuments_isShape() {
        assertEquals("shape", kind(400, Map.of("content-type", "text/html"), "<h1>Bad</h1>"));
        assertEquals("shape", kind(400, problem(), PROBLEM.formatted(404, "other status")));
        assertEquals("shape", kind(400, problem(), "{\"type\":\"urn:x\"}"));
        assertEquals("shape", kind(400, problem(), "{"));
    }
}
