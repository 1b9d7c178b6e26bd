package com.fanfinity.analytics;

import java.util.Map;

import org.apache.kafka.streams.KafkaStreams;

import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ops.Check;
import com.fanfinity.analytics.pipeline.StreamsRunner;

/// How the parts of this instance are, put into the words of the health routes.
final class Health {

    private final Startup startup;
    private final StreamsRunner streams;
    private final EventPublisher publisher;
    private volatile boolean closing;

    Health(Startup startup, StreamsRunner streams, EventPublisher publisher) {
        this.startup = startup;
        this.streams = streams;
        this.publisher = publisher;
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
        return Map.of("shutdown", closing ? Check.down("closing") : Check.up("not closing"), "producer", producer(), "stores", stores());
    }

    Map<String, Check> startup() {
        return Map.of("topics", startup.partitions() > 0 ? Check.up("exist") : Check.down("waiting for Kafka"), "streams",
                streams.ranOnce() ? Check.up("have been running") : Check.down("not running yet"));
    }

    private Check producer() {
        if (startup.partitions() == 0) {
            return Check.down("has not reached Kafka yet");
        }
        return publisher.isFailing() ? Check.down("Kafka does not acknowledge") : Check.up("connected");
    }

    private Check stores() {
        KafkaStreams.State state = streams.streams().state();
        return state == KafkaStreams.State.RUNNING ? Check.up("queryable") : Check.down("streams are in the state " + state);
    }
}
