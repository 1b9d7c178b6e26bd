package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

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

/// Carries the traces of events into ClickHouse. It is there only if an OpenTelemetry agent is attached, see {@link #around}.
///
/// Everything before is the agent's work: it follows an event through HTTP, Kafka's headers and the topology. But rows wait for their batch, and
/// one INSERT holds rows of many traces. Its span belongs to the trace of the first of them that is recorded, and has a link to each other.
/// (As a trace of its own it would be sampled anew, and mostly be left out.) A try is a span, so a retry shows.
final class TracedWriter implements BatchWriter {

    /// What the SDK keeps of a span.
    private static final int MOST_LINKS = 128;

    private static final TextMapGetter<Headers> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return java.util.Arrays.stream(headers.toArray()).map(Header::key).toList();
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

    /// The writer itself if there is no agent: nothing is looked at then.
    static BatchWriter around(BatchWriter writer) {
        OpenTelemetry telemetry = GlobalOpenTelemetry.get();
        boolean isOn = !telemetry.getPropagators().getTextMapPropagator().fields().isEmpty();
        return isOn ? new TracedWriter(writer, telemetry) : writer;
    }

    @Override
    public WriteOutcome insert(Batch batch, String token) throws InterruptedException {
        List<SpanContext> events = batch.rows().stream().map(row -> contextOf(row.record().headers())).filter(SpanContext::isSampled)
                .limit(MOST_LINKS + 1L).toList();
        if (events.isEmpty()) {
            return writer.insert(batch, token);
        }
        Span span = start(batch, token, events);
        try (Scope _ = span.makeCurrent()) {
            WriteOutcome outcome = writer.insert(batch, token);
            tell(span, outcome);
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
                .setParent(Context.root().with(Span.wrap(events.getFirst()))).setAttribute("db.system.name", "clickhouse")
                .setAttribute("db.operation.name", "INSERT").setAttribute("db.collection.name", batch.table().tableName())
                .setAttribute("db.operation.batch.size", batch.rows().size()).setAttribute("fanfinity.insert.token", token);
        events.stream().skip(1).forEach(span::addLink);
        return span.startSpan();
    }

    private static void tell(Span span, WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Acknowledged _ -> {
            }
            case WriteOutcome.Failed(Exception cause) -> failed(span, "failed", cause);
            case WriteOutcome.Poison(_, Exception cause) -> failed(span, "refused", cause);
        }
    }

    /// What the server says may hold a piece of a row, so only its kind is told.
    private static void failed(Span span, String outcome, Exception cause) {
        span.setStatus(StatusCode.ERROR, outcome).setAttribute("error.type", cause.getClass().getName());
    }
}
