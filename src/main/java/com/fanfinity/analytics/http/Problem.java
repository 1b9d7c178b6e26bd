package com.fanfinity.analytics.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.Json;

/// An error as a client sees it: `application/problem+json` of RFC 9457.
///
/// @param kind the sort of problem, a short fixed name: the end of `type`, and a label of `http_errors_total`
/// @param extra further members; may write nothing
/// @param retryAfter when it is worth trying again
public record Problem(int status, String kind, String title, String detail, Json.Members extra, Optional<Duration> retryAfter) {

    public static final String CONTENT_TYPE = "application/problem+json";

    private static final Json.Members NOTHING = _ -> {};

    public static Problem of(int status, String kind, String title, String detail) {
        return new Problem(status, kind, title, detail, NOTHING, Optional.empty());
    }

    public static Problem badRequest(String detail) {
        return of(400, "bad-request", "Bad request", detail);
    }

    /// A parameter of the request that cannot be taken.
    public static Problem badParameter(String name, String message) {
        return badRequest(name + " " + message + ".").with(json -> writeFaults(json, name, message));
    }

    public static Problem notFound(String detail) {
        return of(404, "not-found", "Not found", detail);
    }

    /// Another instance does this; asking this one again does not help.
    public static Problem roleOff(String detail) {
        return of(404, "role-off", "Role disabled", detail);
    }

    public static Problem tooLarge(String detail) {
        return of(413, "too-large", "Too large", detail);
    }

    public static Problem unavailable(String detail, Duration retryAfter) {
        return new Problem(503, "unavailable", "Service unavailable", detail, NOTHING, Optional.of(retryAfter));
    }

    /// There is too much to do; asking for less, or later, helps.
    public static Problem overloaded(String detail, Duration retryAfter) {
        return new Problem(503, "overloaded", "Overloaded", detail, NOTHING, Optional.of(retryAfter));
    }

    /// As in `Retry-After`: whole seconds, at least one.
    Optional<Long> retryAfterSeconds() {
        return retryAfter.map(after -> Math.max(1, after.toSeconds()));
    }

    public Problem with(Json.Members extra) {
        return new Problem(status, kind, title, detail, extra, retryAfter);
    }

    /// The document.
    ///
    /// @param instance the path that was asked for
    byte[] toJson(String instance, String requestId) {
        return Json.object(json -> {
            json.writeStringField("type", "urn:fanfinity:problem:" + kind);
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeStringField("detail", detail);
            json.writeStringField("instance", instance);
            json.writeStringField("requestId", requestId);
            extra.write(json);
        });
    }

    /// Writes the member `errors`.
    public static void writeFaults(JsonGenerator json, List<Fault> faults) throws IOException {
        json.writeArrayFieldStart("errors");
        for (Fault fault : faults) {
            writeFault(json, fault.field(), fault.code().wireName(), fault.message());
        }
        json.writeEndArray();
    }

    private static void writeFaults(JsonGenerator json, String parameter, String message) throws IOException {
        json.writeArrayFieldStart("errors");
        writeFault(json, parameter, "parameter", message);
        json.writeEndArray();
    }

    private static void writeFault(JsonGenerator json, String field, String code, String message) throws IOException {
        json.writeStartObject();
        json.writeStringField("field", field);
        json.writeStringField("code", code);
        json.writeStringField("message", message);
        json.writeEndObject();
    }
}
