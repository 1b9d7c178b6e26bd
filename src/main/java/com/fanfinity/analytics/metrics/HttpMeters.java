package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.ConnectionMeter;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.tls.TlsCertificate;

/// Meters of answered requests, by route, of connections, and of the certificate of the listener for clients.
public final class HttpMeters implements HttpServer.RequestMeter, ConnectionMeter, TlsCertificate.Meter {

    private record RequestLabels(String method, String endpoint, int status, String problem) {}

    private record Series(Counter count, Timer duration, @Nullable Counter errors) {}

    private final MeterBook.Counters requests;
    private final MeterBook.Timers durations;
    private final MeterBook.Counters errors;
    private final MeterBook.Gauges answerBytes;
    private final Counter answersRefused;
    private final Counter slowClientsCut;
    private final MeterBook.Gauges connections;
    private final Map<Closed, Counter> closed;
    private final MeterBook.Gauges certificateEnd;
    private final Counter certificateFailures;
    private volatile long certificateExpires;
    private final Map<RequestLabels, Series> series = new ConcurrentHashMap<>();

    HttpMeters(MeterBook book) {
        certificateEnd = book.gauges("tls.certificate.not.after.timestamp.seconds", "Unix time",
                "When the certificate in use expires; no series without TLS");
        certificateFailures = book.counter("tls.certificate.reload.failures", "attempts",
                "Attempts to use changed certificate files that failed; the last certificate remains in use");
        requests = book.counters("http.requests", "requests", "Requests answered", "method", "endpoint", "status");
        durations = book.timers("http.request.duration", MeterBook.millis(5, 10, 25, 50, 100, 200, 500, 1000),
                "Time from a request's arrival to its answer", "method", "endpoint");
        errors = book.counters("http.errors", "requests", "Requests answered with a problem document", "method",
                "endpoint", "error_type");
        answerBytes = book.gauges("http.answer.bytes", "bytes",
                "Bytes of answers that their clients have not taken yet, without streams");
        answersRefused = book.counter("http.answers.refused", "requests",
                "Answers replaced by 503 because too many others waited for their clients (HTTP_MAX_ANSWERS)");
        slowClientsCut = book.counter("http.slow.clients.cut", "connections",
                "Connections closed because their client took an answer at less than 1 KiB/s");
        connections = book.gauges("http.connections", "connections", "Open connections of clients");
        closed = book.counters("http.connections.closed", "connections",
                "Connections that the service closed, by reason: headers (they took too long), crowded (few "
                        + "connections were left, and it had no request), address (its address had too many)",
                "reason").each(Closed.class, WireName::of);
    }

    /// `http_answer_bytes`.
    public void answerBytes(AtomicLong held) {
        answerBytes.of(held::get);
    }

    /// `http_answers_refused_total`.
    public void answerRefused() {
        answersRefused.increment();
    }

    /// `http_slow_clients_cut_total`.
    public void slowClientCut() {
        slowClientsCut.increment();
    }

    @Override
    public void record(String method, String endpoint, int status, Duration took, String problem) {
        request(method, endpoint, status, took, problem);
    }

    @Override
    public ConnectionMeter connections() {
        return this;
    }

    /// `http_connections_closed_total{reason}`.
    @Override
    public void closed(Closed reason) {
        requireNonNull(closed.get(reason)).increment();
    }

    /// `http_connections`.
    @Override
    public void open(Supplier<Number> count) {
        connections.of(count);
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

    /// `tls_certificate_not_after_timestamp_seconds`.
    @Override
    public void expires(Instant expires) {
        certificateExpires = expires.getEpochSecond();
        certificateEnd.of(() -> certificateExpires);
    }

    /// `tls_certificate_reload_failures_total`.
    @Override
    public void notReloaded() {
        certificateFailures.increment();
    }

    private Series series(RequestLabels request) {
        return new Series(requests.of(request.method(), request.endpoint(), Integer.toString(request.status())),
                durations.of(request.method(), request.endpoint()),
                request.problem().isEmpty()
                        ? null
                        : errors.of(request.method(), request.endpoint(), request.problem()));
    }
}
