package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.lab.faults.TcpRelay;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.TopicMapping;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.process.Ports;

/// What the sink does at the moments at which a partition may already be another's, or ClickHouse not what it was.
@Tag("slow")
class HandoverIT {

    private Optional<SinkFixture> opened = Optional.empty();

    private SinkFixture open(KafkaBroker broker, int partitions) throws Exception {
        opened = Optional.of(new SinkFixture(broker, RealParts.engine().url(), partitions));
        return opened.get();
    }

    @AfterEach
    void tearDown() {
        opened.ifPresent(SinkFixture::close);
    }

    /// A look at ClickHouse may take its whole timeout. Who has lost the partition meanwhile must not insert: the successor has looked already.
    @Test
    void partitionIsGivenAway_whileAskingWhatIsStored_isNotInserted() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "the tables are there", () -> sink.status().migrated());
        }
        fixture.ask("INSERT INTO $db.sink_marks (kafka_topic, kafka_partition, kafka_offset) VALUES ('" + fixture.topics.accepted()
                + "', 0, 0)");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        AtomicInteger inserts = new AtomicInteger();
        PartitionOwnership tenure = new PartitionOwnership();
        MembershipCheck pulse = new MembershipCheck(System::nanoTime, Duration.ofMinutes(1));
        pulse.recordCommit(System.nanoTime());
        try (TcpRelay relay = new TcpRelay(0, RealParts.engine().url(), () -> new Held(asked, told));
                ClickHouse clickHouse = clickHouse(relay.url(), fixture.name)) {
            Meters meters = new Meters(fixture.registry);
            Delivery delivery = new Delivery((_, _) -> {
                inserts.incrementAndGet();
                return new WriteOutcome.Failed(new IOException("away"));
            }, new StoredOffsets(clickHouse, new TopicMapping(fixture.topics, meters.deadLetters())), new InsertPermits(),
                    new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 0),
                    new Incident("test"),
                    meters);
            CompletableFuture<Boolean> delivered = CompletableFuture.supplyAsync(() -> {
                try {
                    return delivery.deliver(batch(fixture), OptionalLong.of(0), tenure, pulse);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertTrue(asked.await(60, TimeUnit.SECONDS), "after the first failure it asks");

            tenure.end();
            told.countDown();

            assertFalse(delivered.get(60, TimeUnit.SECONDS));
            assertEquals(1, inserts.get());
        }
    }

    /// Holds back the answer to the first question for the high-water mark.
    private record Held(CountDownLatch asked, CountDownLatch told) implements TcpRelay.Connection {
        @Override
        public void sent(byte[] chunk, int length) {
            if (new String(chunk, 0, length, ISO_8859_1).contains("max(kafka_offset)")) {
                asked.countDown();
            }
        }

        @Override
        public boolean answered(byte[] chunk, int length) {
            try {
                return asked.getCount() > 0 || told.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                return false;
            }
        }
    }

    private static ClickHouse clickHouse(String url, String database) {
        return new ClickHouse(
                new Settings.ClickHouse(URI.create(url), database, "default", new Settings.Secret(""), Duration.ofSeconds(30)), "test");
    }

    private static Batch batch(SinkFixture fixture) {
        TopicPartition partition = new TopicPartition(fixture.topics.accepted(), 0);
        byte[] json = SinkFixture.event(UUID.randomUUID(), "m", "2018-07-15T15:00:00.000Z").getBytes(ISO_8859_1);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(partition.topic(), 0, 1, "m".getBytes(ISO_8859_1), json);
        Row row = new TopicMapping(fixture.topics, new Meters(fixture.registry).deadLetters()).row(record).orElseThrow();
        return Batch.of(partition, List.of(row));
    }

    /// Cut off from Kafka alone, a sink cannot know whether its partitions are still its own.
    @Test
    void kafkaDoesNotAnswer_noInsertStarts() throws Exception {
        AtomicBoolean refuse = new AtomicBoolean(true);
        AtomicInteger inserts = new AtomicInteger();
        try (KafkaBroker broker = KafkaBroker.start(RealParts.directory("kafka-handover"), Ports.free())) {
            SinkFixture fixture = open(broker, 1);
            try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 10, writer -> (batch, token) -> {
                inserts.incrementAndGet();
                return refuse.get() ? new WriteOutcome.Failed(new IOException("away")) : writer.insert(batch, token);
            })) {
                fixture.sendEvents(200);
                Await.until(SinkFixture.SOON, "it tries", () -> inserts.get() > 0);
                broker.pause();
                Duration session = SinkConsumer.SESSION_TIMEOUT;
                awaitPassed(session.dividedBy(2).plusSeconds(1));
                int before = inserts.get();
                refuse.set(false);

                awaitPassed(Duration.ofSeconds(4)); // longer than it pauses between two tries

                assertEquals(before, inserts.get(), "inserts that began when the group could have given the partition away");
                broker.resume();
                fixture.awaitExact();
            } finally {
                broker.resume();
            }
            fixture.assertExact();
        }
    }

    /// What waits for Kafka's word on one partition is asked again and again, and keeps nothing else from being done: here, the end.
    @Test
    void kafkaDoesNotTellOffsets_sinkStillEndsWhenTold() throws Exception {
        int port = Ports.free();
        try (KafkaBroker broker = KafkaBroker.start(RealParts.directory("kafka-offsets"), Ports.free())) {
            SinkFixture fixture = open(broker, 1);
            SinkRunner sink = fixture.sink("http://127.0.0.1:" + port, 10, writer -> writer);
            Await.until(SinkFixture.SOON, "it has partitions, and no ClickHouse", () -> !sink.status().partitions().isEmpty()
                    && sink.status().degraded().isPresent());
            broker.pause();
            try (TcpRelay _ = new TcpRelay(port, RealParts.engine().url(), () -> new TcpRelay.Connection() {
            })) {
                Await.until(SinkFixture.SOON, "it knows where to start",
                        () -> sink.status().migrated() && sink.status().degraded().isEmpty());
                awaitPassed(Duration.ofSeconds(2)); // asked in vain
                long start = System.nanoTime();

                sink.close(Duration.ofSeconds(30));

                assertTrue(System.nanoTime() - start < Duration.ofSeconds(15).toNanos(), "it was cut off");
            } finally {
                broker.resume();
            }
        }
    }

    private static void awaitPassed(Duration time) {
        long start = System.nanoTime();
        Await.until(time.plusSeconds(10), time + " have passed", () -> System.nanoTime() - start > time.toNanos());
    }

    /// Its second half is sent behind its first one: if that is gone by then, all is read again.
    @Test
    void firstHalfOfARefusedBatchGone_whenTheSecondIsTriedAgain_isReadAgain() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        AtomicBoolean poisoned = new AtomicBoolean();
        AtomicReference<Optional<Batch>> firstHalf = new AtomicReference<>(Optional.empty());
        AtomicBoolean lost = new AtomicBoolean();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 5_000, writer -> (batch, token) -> {
            if (firstHalf.get().isPresent() && !lost.getAndSet(true)) {
                Batch gone = firstHalf.get().get();
                fixture.ask("DELETE FROM $db.match_events WHERE kafka_offset BETWEEN " + gone.first() + " AND " + gone.last());
                return new WriteOutcome.Failed(new IOException("away"));
            }
            WriteOutcome outcome = writer.insert(batch, token);
            if (outcome instanceof WriteOutcome.Rejected) {
                poisoned.set(true);
            } else if (poisoned.get() && firstHalf.get().isEmpty()) {
                firstHalf.set(Optional.of(batch));
            }
            return outcome;
        })) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.ask("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");
            fixture.transaction(() -> {
                for (int i = 0; i < 20; i++) {
                    fixture.sendEvent("m", SinkFixture.event(UUID.randomUUID(), "m", "2018-07-15T15:00:00.000Z"));
                }
                fixture.send(fixture.topics.accepted(), "bad", SinkFixture.event(UUID.randomUUID(), "bad", "2018-07-15T15:00:00.000Z"));
            });
            fixture.awaitExact();
            assertTrue(lost.get());
        }
        fixture.assertExact();
    }

    /// Such as memory outside of the heap that ran out: it must not end the lane for good.
    @Test
    void errorOfAWriter_beginsANewSession() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        AtomicBoolean thrown = new AtomicBoolean();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 1_000, writer -> (batch, token) -> {
            if (!thrown.getAndSet(true)) {
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            }
            return writer.insert(batch, token);
        })) {
            fixture.sendEvents(50);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }
}
