package com.fanfinity.analytics.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/// Meters of answered requests, by route.
public final class HttpMeters {

    private record RequestLabels(String method, String endpoint, int status, String problem) {}

    private record Series(Counter count, Timer duration, @Nullable Counter errors) {}

    private final MeterBook.Counters requests;
    private final MeterBook.Timers durations;
    private final MeterBook.Counters errors;
    private final Map<RequestLabels, Series> series = new ConcurrentHashMap<>();

    HttpMeters(MeterBook book) {
        requests = book.counters("http.requests", "requests", "Requests answered", "method", "endpoint", "status");
        durations = book.timers("http.request.duration", MeterBook.millis(5, 10, 25, 50, 100, 200, 500, 1000),
                "Time from a request's arrival to its answer", "method", "endpoint");
        errors = book.counters("http.errors", "requests", "Requests answered with a problem document", "method",
                "endpoint", "error_type");
    }

    /// One answered request: `http_requests_total{method,endpoint,status}`,
    /// `http_request_duration_seconds{method,endpoint}` and, for a problem,
    /// `http_errors_total{method,endpoint,error_type}`.
    ///
    /// @param endpoint the route's template
    /// @param problem the type of the problem, empty if there was none
    public void request(String method, String endpoint, int status, Duration took, String problem) {
        Series these = series.computeIfAbsent(new RequestLabels(method, endpoint, status, problem), this::series);
        these.count().increment();
        these.duration().record(took);
        if (these.errors() != null) {
            these.errors().increment();
        }
    }

    private Series series(RequestLabels request) {
        return new Series(requests.of(request.method(), request.endpoint(), Integer.toString(request.status())),
                durations.of(request.method(), request.endpoint()),
                request.problem().isEmpty()
                        ? null
                        : errors.of(request.method(), request.endpoint(), request.problem()));
    }
}
