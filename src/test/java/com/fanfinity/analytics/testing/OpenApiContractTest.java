package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That {@link OpenApiContract} finds the faults, with the document of the service.
class OpenApiContractTest {

    private static final String EVENT = "{\"matchId\":\"m\",\"eventType\":\"pass\",\"timestamp\":\"2018-07-15T15:37:58.895Z\",\"teamId\":\"1\"}";
    private static final String ACCEPTED = "{\"eventId\":\"54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517\",\"status\":\"accepted\","
            + "\"receivedAt\":\"2018-07-15T15:37:58.895Z\"}";
    private static final String BATCH_PROBLEM = "{\"type\":\"t\",\"title\":\"t\",\"status\":503,\"detail\":\"d\",\"instance\":\"/\","
            + "\"requestId\":\"r\",\"accepted\":0,\"rejected\":[],\"unavailable\":[0]}";

    private static List<String> violations(String path, String request, int status, String type, String response) {
        return OpenApiExtension.contract()
                .violations(new OpenApiContract.Exchange("POST", URI.create("http://localhost" + path),
                        Map.of("Content-Type", List.of("application/json")), request, status,
                        Map.of("Content-Type", List.of(type), "Retry-After", List.of("1")), response));
    }

    private static List<String> accepted(String request, String response) {
        return violations("/api/events", request, 202, "application/json", response);
    }

    @Test
    void documentedExchange_hasNoViolations() {
        assertEquals(List.of(), accepted(EVENT, ACCEPTED));
        assertEquals(List.of(),
                violations("/api/events/batch", "[" + EVENT + "]", 503, "application/problem+json", BATCH_PROBLEM));
    }

    @ParameterizedTest
    @CsvSource({"'\"status\"','\"other\":1,\"status\"',other", "'\"accepted\"',5,/status",
        "'\"eventId\"','\"id\"',eventId"})
    void response_changedMember_isReportedWithOperationAndName(String from, String to, String reported) {
        List<String> violations = accepted(EVENT, ACCEPTED.replace(from, to));

        assertTrue(
                violations.stream()
                        .anyMatch(one -> one.startsWith("POST /api/events 202 at ") && one.contains(reported)),
                violations::toString);
    }

    /// A schema that is composed by `allOf` rejects unknown members too.
    @Test
    void response_undocumentedMemberOfComposedSchema_isReported() {
        assertEquals(1, violations("/api/events/batch", "[]", 503, "application/problem+json",
                BATCH_PROBLEM.replace("\"accepted\"", "\"other\":1,\"accepted\"")).size());
    }

    @Test
    void response_undocumentedStatusOrContentType_isReported() {
        assertEquals(1, violations("/api/events", EVENT, 418, "application/json", "{}").size());
        assertEquals(1, violations("/api/events", EVENT, 202, "text/html", "<p>").size());
    }

    @Test
    void request_accepted_mustBeDocumented() {
        assertEquals(1, accepted(EVENT.replace("pass", "unknown"), ACCEPTED).size());
    }

    @Test
    void request_rejected_isNotValidated() {
        assertEquals(List.of(), violations("/api/events/batch", "{}", 503, "application/problem+json", BATCH_PROBLEM));
    }
}
