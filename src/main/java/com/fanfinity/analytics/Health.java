package com.fanfinity.analytics;

import java.util.Map;
import java.util.Optional;

import org.apache.kafka.streams.KafkaStreams;

import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ops.Check;
import com.fanfinity.analytics.pipeline.StreamsRunner;
import com.fanfinity.analytics.sink.SinkLoop;
import com.fanfinity.analytics.sink.SinkStatus;

/// How the parts of this instance are, put into the words of the health routes.
final class Health {

    private final Startup startup;
    private final StreamsRunner streams;
    private final EventPublisher publisher;
    private final SinkLoop sink;
    private volatile boolean closing;

    Health(Startup startup, StreamsRunner streams, EventPublisher publisher, SinkLoop sink) {
        this.startup = startup;
        this.streams = streams;
        this.publisher = publisher;
        this.sink = sink;
    }

    /// From now on not ready, so that no new requests are sent here.
    void closing() {
        closing = true;
    }

    Map<String, Check> live() {
        KafkaStreams.State state = streams.streams().state();
        return Map.of("process", Check.up("answers"), "streams",
                state == KafkaStreams.State.ERROR
                        ? Check.down("in the state ERROR, from which only a restart leads")
                        : Check.up("state " + state));
    }

    Map<String, Check> ready() {
        return Map.of("shutdown", closing ? Check.down("closing") : Check.up("not closing"), "producer", producer(), "stores", stores(),
                "sink", sink());
    }

    Map<String, Check> startup() {
        return Map.of("topics", startup.partitions() > 0 ? Check.up("exist") : Check.down("waiting for Kafka"), "streams",
                streams.ranOnce() ? Check.up("have been running") : Check.down("not running yet"),
                "migrations", sink.status().migrated() ? Check.up("applied") : Check.down("waiting for ClickHouse"));
    }

    /// Never down: ingest and live reads do without ClickHouse.
    private Check sink() {
        SinkStatus status = sink.status();
        Optional<String> held = status.partitions().values().stream().flatMap(partition -> partition.held().stream()).findFirst();
        if (held.isPresent()) {
            return Check.degraded(held.get());
        }
        if (status.degraded().isPresent()) {
            // What the driver says may name hosts: that is for the log.
            return Check.degraded("rows wait for ClickHouse or Kafka; the log says why");
        }
        return status.running() ? Check.up("stores") : Check.degraded("not running");
    }

    private Check producer() {
        if (startup.partitions() == 0) {
            return Check.down("has not reached Kafka yet");
        }
        return publisher.isFailing() ? Check.down("Kafka does not acknowledge") : Check.up("connected");
    }

    private Check stores() {
        KafkaStreams.State state = streams.streams().state();
        if (streams.threadFailedLately()) {
            String failing = "stream threads fail and are replaced; the log says why";
            return streams.isServing() ? Check.degraded(failing) : Check.down(failing);
        }
        if (streams.isServing()) {
            return Check.up("queryable");
        }
        return Check.down(state == KafkaStreams.State.RUNNING ? "no partition assigned yet" : "streams are in the state " + state);
    }
}
