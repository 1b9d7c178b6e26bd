package com.fanfinity.analytics.http;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.Json;

/// An error response: `application/problem+json` of RFC 9457.
///
/// @param kind a short fixed name of the sort of problem: the end of `type`, and a label of `http_errors_total`
/// @param members a record whose components are further members of the document
/// @param retryAfter the delay after which the client should try again
public record Problem(int status, String kind, String title, String detail, Optional<Record> members,
        Optional<Duration> retryAfter) {

    public static final String CONTENT_TYPE = "application/problem+json";

    /// The fault of one field or parameter: an element of `errors`.
    ///
    /// @param code the kind of fault, for programs
    /// @param message the fault, and the expected value
    public record FieldError(String field, String code, String message) {

        public static List<FieldError> of(List<Fault> faults) {
            return faults.stream().map(fault -> new FieldError(fault.field(), fault.code().wireName(), fault.message()))
                    .toList();
        }
    }

    private record Errors(List<FieldError> errors) {}

    private record Document(String type, String title, int status, String detail, String instance, String requestId,
            @JsonUnwrapped @Nullable Record members) {}

    public static Problem of(int status, String kind, String title, String detail) {
        return new Problem(status, kind, title, detail, Optional.empty(), Optional.empty());
    }

    public static Problem badRequest(String detail) {
        return of(400, "bad-request", "Bad request", detail);
    }

    /// An invalid parameter of the request.
    public static Problem badParameter(String name, String message) {
        return badRequest(name + " " + message + ".")
                .with(new Errors(List.of(new FieldError(name, "parameter", message))));
    }

    public static Problem notFound(String detail) {
        return of(404, "not-found", "Not found", detail);
    }

    /// The role is off on this instance; another instance can answer.
    public static Problem roleOff(String detail) {
        return of(404, "role-off", "Role disabled", detail);
    }

    public static Problem tooLarge(String detail) {
        return of(413, "too-large", "Too large", detail);
    }

    /// The client has as many open streams as it may have.
    public static Problem tooManyStreams(String detail, Duration retryAfter) {
        return new Problem(429, "too-many-streams", "Too many streams", detail, Optional.empty(),
                Optional.of(retryAfter));
    }

    public static Problem unavailable(String detail, Duration retryAfter) {
        return new Problem(503, "unavailable", "Service unavailable", detail, Optional.empty(),
                Optional.of(retryAfter));
    }

    /// The service has too much load; the client should send less or retry later.
    public static Problem overloaded(String detail, Duration retryAfter) {
        return new Problem(503, "overloaded", "Overloaded", detail, Optional.empty(), Optional.of(retryAfter));
    }

    /// The value of `Retry-After`: whole seconds, at least one.
    Optional<Long> retryAfterSeconds() {
        return retryAfter.map(after -> Math.max(1, after.toSeconds()));
    }

    /// Adds the components of a record as members of the document.
    public Problem with(Record members) {
        return new Problem(status, kind, title, detail, Optional.of(members), retryAfter);
    }

    /// Adds the member `errors`.
    public Problem withErrors(List<Fault> faults) {
        return with(new Errors(FieldError.of(faults)));
    }

    /// The document.
    ///
    /// @param instance the path of the request
    byte[] toJson(String instance, String requestId) {
        return Json.toBytes(new Document("urn:fanfinity:problem:" + kind, title, status, detail, instance, requestId,
                members.orElse(null)));
    }
}
