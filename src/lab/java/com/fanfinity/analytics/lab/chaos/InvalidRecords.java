package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// Sends records that are no events, straight to Kafka. Each becomes one dead letter.
final class InvalidRecords implements AutoCloseable {

    private static final String TOPIC = "match-events";
    private static final Duration PAUSE = Duration.ofMillis(400);
    /// Longer than Kafka is ever away. The producer repeats a record without a second copy of it.
    private static final int LIMIT_MILLIS = (int) Duration.ofMinutes(5).toMillis();

    private final KafkaProducer<String, String> producer;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("invalid-records").unstarted(this::run);

    InvalidRecords(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "enable.idempotence", true,
                        "delivery.timeout.ms", LIMIT_MILLIS, "max.block.ms", LIMIT_MILLIS,
                        "reconnect.backoff.max.ms", 1_000),
                new StringSerializer(), new StringSerializer());
    }

    void start() {
        thread.start();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the result
    private void run() {
        try {
            while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                long number = sent.getAndIncrement();
                producer.send(new ProducerRecord<>(TOPIC, "invalid-" + number % 50, "no event " + number),
                        (_, failure) -> {
                            if (failure == null) {
                                acknowledged.incrementAndGet();
                            }
                        });
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// Sends no more, and waits for the acknowledgements.
    ///
    /// @return the number of acknowledged records
    /// @throws IllegalStateException if it is not known whether Kafka has a record
    long finish() throws InterruptedException {
        stopping.countDown();
        thread.join();
        producer.flush();
        if (acknowledged.get() != sent.get()) {
            throw new IllegalStateException("Kafka acknowledged " + acknowledged + " of " + sent + " invalid records");
        }
        return acknowledged.get();
    }

    @Override
    public void close() {
        thread.interrupt();
        producer.close(Duration.ZERO);
    }
}
