package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import org.apache.kafka.clients.producer.Producer;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.ingest.ConcurrencyLimit;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ingest.InFlightBytes;
import com.fanfinity.analytics.ingest.IngestRoutes;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;

/// The role `ingest`: routes, concurrency limit and producer.
final class IngestComponent implements RoleComponent {

    private final EventPublisher publisher;
    private final KafkaClientMetrics producerMetrics;
    private final IngestRoutes routes;
    private final IntSupplier partitions;

    /// @param partitions of `match-events`; 0 until the topics exist
    IngestComponent(Settings settings, Topics topics, EventCodec codec, EventIds ids, Clock clock, Meters meters,
            IntSupplier partitions) {
        this.partitions = partitions;
        Producer<byte[], byte[]> producer = KafkaClients.ingestProducer(settings);
        producerMetrics = new KafkaClientMetrics(producer);
        producerMetrics.bindTo(meters.registry());
        publisher = new EventPublisher(producer, topics.events(), settings.ingest().timeout(), meters.ingest());
        ConcurrencyLimit limit = new ConcurrencyLimit(settings.ingest().latencyTarget(), System::nanoTime,
                bound -> ThreadLocalRandom.current().nextInt(bound), meters.ingest());
        routes = new IngestRoutes(codec, ids, publisher,
                new InFlightBytes(settings.ingest().maxInFlightBytes(), meters.ingest()),
                limit, ctx -> ClientAddress.of(ctx).toString(), clock, meters.ingest());
    }

    EventPublisher publisher() {
        return publisher;
    }

    @Override
    public List<Routes> routes() {
        return List.of(routes);
    }

    @Override
    public Map<String, CheckResult> ready() {
        return Map.of("producer", producer());
    }

    private CheckResult producer() {
        if (partitions.getAsInt() == 0) {
            return CheckResult.down("not connected to Kafka yet");
        }
        return publisher.isFailing()
                ? CheckResult.down("Kafka does not acknowledge events")
                : CheckResult.up("connected");
    }

    @Override
    public void close(Duration limit) {
        publisher.close(limit);
        producerMetrics.close();
    }
}
