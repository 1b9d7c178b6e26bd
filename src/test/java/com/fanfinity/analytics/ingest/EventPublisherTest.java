package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.metrics.Meters;

class EventPublisherTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration AMPLE = Duration.ofSeconds(15);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void publish_acknowledged_recordHasKeyBytesAndReceivedAt() throws Exception {
        FakeKafka kafka = new FakeKafka();
        OutgoingEvent event = TestEvents.outgoing(1);

        List<PublishOutcome> outcomes = publisher(kafka, AMPLE).publish(List.of(event), 1_795_000_000_123_456L);

        ProducerRecord<byte[], byte[]> record = kafka.history().getFirst();
        assertEquals(List.of(PublishOutcome.ACKNOWLEDGED), outcomes);
        assertEquals("match-events", record.topic());
        assertEquals("m-1", new String(record.key(), UTF_8));
        assertEquals(TestEvents.json(1), new String(record.value(), UTF_8));
        assertEquals("1795000000123456", new String(record.headers().lastHeader("received-at").value(), UTF_8));
        assertEquals(null, record.partition());
    }

    @Test
    void publish_mixedAcknowledgements_outcomesAreInTheOrderOfTheEvents() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            boolean[] refused = new boolean[1 + random.nextInt(40)];
            IntStream.range(0, refused.length).forEach(i -> refused[i] = random.nextBoolean());
            FakeKafka kafka = new FakeKafka().refusing(number -> refused[number]);

            List<PublishOutcome> outcomes = publisher(kafka, AMPLE).publish(events(refused.length), 0);

            assertEquals(IntStream.range(0, refused.length)
                    .mapToObj(i -> refused[i] ? PublishOutcome.NOT_ACKNOWLEDGED : PublishOutcome.ACKNOWLEDGED).toList(),
                    outcomes,
                    "seed " + seed);
        }
    }

    @Test
    void publish_noResponse_isNotAcknowledgedRightAfterTheTimeout() throws Exception {
        FakeKafka kafka = new FakeKafka().silentFor(_ -> true);
        long started = System.nanoTime();

        List<PublishOutcome> outcomes = publisher(kafka, SHORT).publish(events(500), 0);

        Duration took = Duration.ofNanos(System.nanoTime() - started);
        assertEquals(java.util.Collections.nCopies(500, PublishOutcome.NOT_ACKNOWLEDGED), outcomes);
        assertTrue(took.compareTo(SHORT) >= 0, "gave up early: " + took);
        assertTrue(took.compareTo(SHORT.multipliedBy(10)) < 0, "one deadline for all: " + took);
    }

    @Test
    void publish_noResponseForSome_othersAreAcknowledged() throws Exception {
        FakeKafka kafka = new FakeKafka().silentFor(number -> number == 1);

        List<PublishOutcome> outcomes = publisher(kafka, Duration.ofSeconds(1)).publish(events(3), 0);

        // MockProducer completes sends in order, so 1 gets the acknowledgement of 2, and one of them gets none.
        assertEquals(1, outcomes.stream().filter(PublishOutcome.NOT_ACKNOWLEDGED::equals).count());
    }

    /// Without metadata each send blocks for `max.block.ms`; 5,000 sends must not take 5,000 times as long.
    @Test
    void publish_everySendBlocks_restIsNotAcknowledgedWithinTheTimeout() throws Exception {
        FakeKafka kafka = new FakeKafka().silentFor(_ -> true).blockingFor(SHORT.dividedBy(2).toNanos());
        long started = System.nanoTime();

        List<PublishOutcome> outcomes = publisher(kafka, SHORT).publish(events(100), 0);

        Duration took = Duration.ofNanos(System.nanoTime() - started);
        assertEquals(java.util.Collections.nCopies(100, PublishOutcome.NOT_ACKNOWLEDGED), outcomes);
        assertTrue(took.compareTo(SHORT.multipliedBy(5)) < 0, "took " + took + " and " + kafka.sends() + " sends");
    }

    @Test
    void publish_bufferExhausted_isNotAcknowledged() throws Exception {
        FakeKafka kafka = new FakeKafka();
        kafka.sendException = new BufferExhaustedException("buffer full");

        assertEquals(List.of(PublishOutcome.NOT_ACKNOWLEDGED), publisher(kafka, SHORT).publish(events(1), 0));
    }

    @Test
    void publish_afterClose_isNotAcknowledged() throws Exception {
        FakeKafka kafka = new FakeKafka();
        EventPublisher publisher = publisher(kafka, SHORT);
        publisher.close();

        assertTrue(kafka.closed());
        assertEquals(List.of(PublishOutcome.NOT_ACKNOWLEDGED), publisher.publish(events(1), 0));
    }

    @Test
    void isFailing_followsTheLastOutcome() throws Exception {
        FakeKafka kafka = new FakeKafka().refusing(number -> number == 1);
        EventPublisher publisher = publisher(kafka, AMPLE);

        assertFalse(publisher.isFailing());
        publisher.publish(events(1), 0);
        assertFalse(publisher.isFailing());
        publisher.publish(events(1), 0);
        assertTrue(publisher.isFailing());
        publisher.publish(events(1), 0);
        assertFalse(publisher.isFailing());
    }

    @Test
    void publish_anyOutcome_isCountedAndTheQueueIsEmptyAgain() throws Exception {
        FakeKafka kafka = new FakeKafka().refusing(number -> number < 2);

        publisher(kafka, AMPLE).publish(events(5), 0);

        assertEquals(3, registry.get("events.produced").tags("topic", "match-events", "status", "acknowledged")
                .counter().count());
        assertEquals(2,
                registry.get("events.produced").tags("topic", "match-events", "status", "failed").counter().count());
        assertEquals(0, registry.get("kafka.producer.queue.size").gauge().value());
    }

    @Test
    void publish_noEvents_sendsNothing() throws Exception {
        FakeKafka kafka = new FakeKafka();

        assertEquals(List.of(), publisher(kafka, SHORT).publish(List.of(), 0));
        assertEquals(0, kafka.sends());
    }

    /// Kafka's client rejects contradictory settings, such as a delivery timeout below linger plus request timeout.
    @Test
    void producer_extremeSettings_isCreatedWithConsistentTimeouts() throws Exception {
        for (Map<String, String> environment : List.of(Map.<String, String>of(),
                Map.of("INGEST_TIMEOUT", "100ms", "INGEST_LINGER", "1s"),
                Map.of("INGEST_TIMEOUT", "101ms", "INGEST_LINGER", "0ms"),
                Map.of("INGEST_TIMEOUT", "2m", "INGEST_MAX_IN_FLIGHT", "8GiB"))) {
            try (Producer<byte[], byte[]> producer = KafkaClients.ingestProducer(SettingsLoader.load(environment))) {
                assertFalse(producer.metrics().isEmpty(), environment.toString());
            }
        }
    }

    private EventPublisher publisher(FakeKafka kafka, Duration timeout) {
        return new EventPublisher(kafka, "match-events", timeout, new Meters(registry).ingest());
    }

    private static List<OutgoingEvent> events(int count) {
        return IntStream.range(0, count).mapToObj(TestEvents::outgoing).toList();
    }
}
