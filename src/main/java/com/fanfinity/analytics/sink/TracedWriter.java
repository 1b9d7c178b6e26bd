package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Continues the traces of events into ClickHouse. It is used only if an OpenTelemetry agent is attached, see {@link
/// #wrap}.
///
/// The agent follows an event through HTTP, Kafka's headers and the topology. But rows wait for their batch, and one
/// INSERT holds rows of many traces. Its span belongs to the first recorded trace and has a link to each of the
/// others. (As a trace of its own it would be sampled again, and mostly be dropped.) Each attempt is a span, so
/// retries are visible.
final class TracedWriter implements BatchWriter {

    /// The number of links that the SDK keeps per span.
    private static final int MAX_LINKS = 128;

    private static final TextMapGetter<Headers> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return Arrays.stream(headers.toArray()).map(Header::key).toList();
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String key) {
            Header header = requireNonNull(headers, "headers is null").lastHeader(key);
            return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
        }
    };

    private final BatchWriter writer;
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    private TracedWriter(BatchWriter writer, OpenTelemetry telemetry) {
        this.writer = writer;
        this.tracer = telemetry.getTracer("com.fanfinity.analytics.sink");
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    /// Returns the writer itself if there is no agent, so that it costs nothing.
    static BatchWriter wrap(BatchWriter writer) {
        OpenTelemetry telemetry = GlobalOpenTelemetry.get();
        boolean isOn = !telemetry.getPropagators().getTextMapPropagator().fields().isEmpty();
        return isOn ? new TracedWriter(writer, telemetry) : writer;
    }

    @Override
    public WriteOutcome insert(Batch batch, String token, Claim claim) throws InterruptedException {
        List<SpanContext> events = batch.rows().stream().map(row -> contextOf(row.record().headers()))
                .filter(SpanContext::isSampled)
                .limit(MAX_LINKS + 1L).toList();
        if (events.isEmpty()) {
            return writer.insert(batch, token, claim);
        }
        Span span = start(batch, token, events);
        try (Scope _ = span.makeCurrent()) {
            WriteOutcome outcome = writer.insert(batch, token, claim);
            recordOutcome(span, outcome);
            return outcome;
        } finally {
            span.end();
        }
    }

    private SpanContext contextOf(Headers headers) {
        return Span.fromContext(propagator.extract(Context.root(), headers, HEADERS)).getSpanContext();
    }

    private Span start(Batch batch, String token, List<SpanContext> events) {
        SpanBuilder span = tracer.spanBuilder("INSERT " + batch.table().tableName()).setSpanKind(SpanKind.CLIENT)
                .setParent(Context.root().with(Span.wrap(events.getFirst())))
                .setAttribute("db.system.name", "clickhouse")
                .setAttribute("db.operation.name", "INSERT")
                .setAttribute("db.collection.name", batch.table().tableName())
                .setAttribute("db.operation.batch.size", batch.rows().size())
                .setAttribute("fanfinity.insert.token", token);
        events.stream().skip(1).forEach(span::addLink);
        return span.startSpan();
    }

    private static void recordOutcome(Span span, WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Acknowledged _ -> {
            }
            case WriteOutcome.Failed(Exception cause) -> failed(span, "failed", cause);
            case WriteOutcome.Rejected(_, Exception cause) -> failed(span, "refused", cause);
            case WriteOutcome.Superseded _ -> span.setStatus(StatusCode.ERROR, "superseded");
        }
    }

    /// The server's message may quote a row, so the span records only the type of the error.
    private static void failed(Span span, String outcome, Exception cause) {
        span.setStatus(StatusCode.ERROR, outcome).setAttribute("error.type", cause.getClass().getName());
    }
}
