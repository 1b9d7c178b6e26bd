package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
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
import com.fanfinity.analytics.rows.Table;
import com.fanfinity.analytics.rows.TopicMapping;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.process.Ports;

/// The sink at moments at which another sink may already own a partition, or ClickHouse may have lost rows.
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

    /// A query to ClickHouse may take its whole timeout. If the sink loses the partition meanwhile, it must not
    /// insert: the successor has already read the highest offset.
    @Test
    void partitionRevoked_duringQueryOfHighestOffset_isNotInserted() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "the tables are there", () -> sink.status().migrated());
        }
        fixture.query("INSERT INTO $db.sink_marks (kafka_topic, kafka_partition, kafka_offset) VALUES ('"
                + fixture.topics.accepted()
                + "', 0, 0)");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger inserts = new AtomicInteger();
        PartitionOwnership ownership = new PartitionOwnership();
        ownership.setClaim(new Claim(ownership.id(), "", 0, System.nanoTime()));
        try (TcpRelay relay = new TcpRelay(0, RealParts.engine().url(), () -> new DelayedResponse(asked, released));
                ClickHouse clickHouse = clickHouse(relay.url(), fixture.name)) {
            Meters meters = new Meters(fixture.registry);
            StoredOffsets storedOffsets = new StoredOffsets(clickHouse,
                    new TopicMapping(fixture.topics, meters.deadLetters()));
            Delivery delivery = new Delivery((_, _, _) -> {
                inserts.incrementAndGet();
                return new WriteOutcome.Failed(new IOException("away"));
            }, storedOffsets, new RejectionJudge(clickHouse, storedOffsets, new ParkingLimit(System::nanoTime)),
                    new InsertPermits(),
                    new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 0),
                    new Incident("test"),
                    meters);
            CompletableFuture<Delivery.Result> delivered = CompletableFuture.supplyAsync(() -> {
                try {
                    return delivery.deliver(batch(fixture), OptionalLong.of(0), ownership);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertTrue(asked.await(60, TimeUnit.SECONDS), "it queries after the first failure");

            ownership.end();
            released.countDown();

            assertEquals(Delivery.Result.GIVEN_UP, delivered.get(60, TimeUnit.SECONDS));
            assertEquals(1, inserts.get());
        }
    }

    /// Delays the response to the first query of the highest offset.
    private record DelayedResponse(CountDownLatch asked, CountDownLatch released) implements TcpRelay.Connection {
        @Override
        public void request(byte[] request, OutputStream server, OutputStream client) throws IOException {
            if (new String(request, ISO_8859_1).contains("maxIf(kafka_offset")) {
                asked.countDown();
            }
            server.write(request);
        }

        @Override
        public void answer(byte[] bytes, OutputStream client) throws IOException, InterruptedException {
            if (asked.getCount() > 0 || released.await(60, TimeUnit.SECONDS)) {
                client.write(bytes);
            }
        }
    }

    private static ClickHouse clickHouse(String url, String database) {
        return new ClickHouse(
                new Settings.ClickHouse(URI.create(url), database, "default", new Settings.Secret(""),
                        Duration.ofSeconds(30)),
                "test");
    }

    private static Batch batch(SinkFixture fixture) {
        TopicPartition partition = new TopicPartition(fixture.topics.accepted(), 0);
        byte[] json = SinkFixture.event(UUID.randomUUID(), "m", "2018-07-15T15:00:00.000Z").getBytes(ISO_8859_1);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(partition.topic(), 0, 1, "m".getBytes(ISO_8859_1),
                json);
        Row row = new TopicMapping(fixture.topics, new Meters(fixture.registry).deadLetters()).row(record)
                .orElseThrow();
        return Batch.of(partition, List.of(row));
    }

    /// The network holds an INSERT while its sink dies. The successor has stored the rows, in other batches, when the
    /// INSERT arrives. Nothing shows that it is on its way, so ClickHouse itself must reject it.
    @Test
    void insertHeldOnTheNetwork_arrivesAfterTheSuccessorStored_storesNothing() throws Exception {
        record Sent(Batch batch, String token, Claim claim) {}
        SinkFixture fixture = open(RealParts.broker(), 1);
        CompletableFuture<Sent> held = new CompletableFuture<>();
        fixture.sendEvents(160);
        SinkRunner victim = fixture.sink(RealParts.engine().url(), 100, writer -> (batch, token, owner) -> {
            if (batch.table() != Table.EVENTS) {
                return writer.insert(batch, token, owner);
            }
            held.complete(new Sent(batch, token, owner));
            throw new InterruptedException("killed");
        });
        Sent late = held.get(60, TimeUnit.SECONDS);
        victim.abandon();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 40, writer -> writer);
                ClickHouse clickHouse = fixture.clickHouse()) {
            fixture.awaitExact();

            WriteOutcome outcome = new ClickHouseWriter(clickHouse).insert(late.batch(), late.token(), late.claim());

            assertInstanceOf(WriteOutcome.Superseded.class, outcome);
            fixture.assertExact();
            fixture.sendEvents(40);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }

    /// A sink that the group has replaced may claim a partition before it knows. The owner claims it again.
    @Test
    void strangerClaimsThePartition_ownerClaimsItAgain_storesEachRowOnce() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        try (SinkRunner _ = fixture.sink(); ClickHouse clickHouse = fixture.clickHouse()) {
            fixture.sendEvents(50);
            fixture.awaitExact();

            new PartitionClaims(clickHouse).claim(new TopicPartition(fixture.topics.accepted(), 0), UUID.randomUUID());
            fixture.sendEvents(50);

            fixture.awaitExact();
            assertEquals(1, fixture.registry.get("clickhouse.inserts.superseded").counter().count());
        }
        fixture.assertExact();
    }

    /// A claim that arrives late has an old epoch.
    @Test
    void claim_arrivesAfterANewerOne_doesNotCount() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        TopicPartition partition = new TopicPartition(fixture.topics.accepted(), 0);
        try (SinkRunner _ = fixture.sink(); ClickHouse clickHouse = fixture.clickHouse()) {
            fixture.sendEvents(1);
            fixture.awaitExact();
            UUID newer = UUID.randomUUID();
            new PartitionClaims(clickHouse).claim(partition, newer);
            fixture.query("INSERT INTO $db.sink_claims (kafka_topic, kafka_partition, epoch, owner) VALUES ('"
                    + partition.topic() + "', 0, 1, generateUUIDv4())");

            assertEquals(newer.toString(),
                    fixture.query("SELECT " + PartitionClaims.newestOwner(fixture.name, partition)));
        }
    }

    /// Without Kafka nobody else can take over, so the rows that were read are stored.
    @Test
    void kafkaUnreachable_recordsWereRead_areStored() throws Exception {
        AtomicBoolean refuse = new AtomicBoolean(true);
        AtomicInteger inserts = new AtomicInteger();
        try (KafkaBroker broker = KafkaBroker.start(RealParts.directory("kafka-handover"), Ports.free())) {
            SinkFixture fixture = open(broker, 1);
            try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 500, writer -> (batch, token, owner) -> {
                inserts.incrementAndGet();
                return refuse.get()
                        ? new WriteOutcome.Failed(new IOException("away"))
                        : writer.insert(batch, token, owner);
            })) {
                fixture.sendEvents(200);
                Await.until(SinkFixture.SOON, "the sink tries", () -> inserts.get() > 0);
                broker.pause();
                refuse.set(false);
                fixture.awaitExact();
                broker.resume();
                fixture.sendEvents(10);
                fixture.awaitExact();
            } finally {
                broker.resume();
            }
            fixture.assertExact();
        }
    }

    /// The sink retries its request for a partition's offsets, and the retries must not block other work, such as the
    /// stop.
    @Test
    void offsetsUnavailable_kafkaUnreachable_sinkStopsInTime() throws Exception {
        int port = Ports.free();
        try (KafkaBroker broker = KafkaBroker.start(RealParts.directory("kafka-offsets"), Ports.free())) {
            SinkFixture fixture = open(broker, 1);
            SinkRunner sink = fixture.sink("http://127.0.0.1:" + port, 10, writer -> writer);
            Await.until(SinkFixture.SOON, "the sink has partitions and no ClickHouse",
                    () -> !sink.status().partitions().isEmpty()
                            && sink.status().degraded().isPresent());
            broker.pause();
            try (TcpRelay _ = new TcpRelay(port, RealParts.engine().url(), () -> new TcpRelay.Connection() {
            })) {
                Await.until(SinkFixture.SOON, "the sink knows the stored offsets",
                        () -> sink.status().migrated() && sink.status().degraded().isEmpty());
                awaitPassed(Duration.ofSeconds(2)); // at least one request has timed out
                long start = System.nanoTime();

                sink.close(Duration.ofSeconds(30));

                assertTrue(System.nanoTime() - start < Duration.ofSeconds(15).toNanos(), "the sink was interrupted");
            } finally {
                broker.resume();
            }
        }
    }

    private static void awaitPassed(Duration time) {
        long start = System.nanoTime();
        Await.until(time.plusSeconds(10), time + " have passed", () -> System.nanoTime() - start > time.toNanos());
    }

    /// The second part is sent after the first one. If the first one is lost by then, the sink reads both again.
    @Test
    void firstPartLost_secondPartRetried_batchIsReadAgain() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        AtomicBoolean poisoned = new AtomicBoolean();
        AtomicReference<Optional<Batch>> firstPart = new AtomicReference<>(Optional.empty());
        AtomicBoolean lost = new AtomicBoolean();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 5_000, writer -> (batch, token, owner) -> {
            if (firstPart.get().isPresent() && !lost.getAndSet(true)) {
                Batch lostPart = firstPart.get().get();
                fixture.query("DELETE FROM $db.match_events WHERE kafka_offset BETWEEN " + lostPart.first() + " AND "
                        + lostPart.last());
                return new WriteOutcome.Failed(new IOException("away"));
            }
            WriteOutcome outcome = writer.insert(batch, token, owner);
            if (outcome instanceof WriteOutcome.Rejected) {
                poisoned.set(true);
            } else if (poisoned.get() && firstPart.get().isEmpty()) {
                firstPart.set(Optional.of(batch));
            }
            return outcome;
        })) {
            fixture.sendEvents(10);
            fixture.awaitExact();
            fixture.query("ALTER TABLE $db.match_events ADD CONSTRAINT no_bad CHECK match_id != 'bad'");
            fixture.transaction(() -> {
                for (int i = 0; i < 20; i++) {
                    fixture.sendEvent("m", SinkFixture.event(UUID.randomUUID(), "m", "2018-07-15T15:00:00.000Z"));
                    if (i == 10) {
                        fixture.send(fixture.topics.accepted(), "bad",
                                SinkFixture.event(UUID.randomUUID(), "bad", "2018-07-15T15:00:00.000Z"));
                    }
                }
            });
            fixture.awaitExact();
            assertTrue(lost.get());
        }
        fixture.assertExact();
    }

    /// For example, off-heap memory ran out. The partition must not stay unread forever.
    @Test
    void writerThrowsError_anyBatch_newMembershipBegins() throws Exception {
        SinkFixture fixture = open(RealParts.broker(), 1);
        AtomicBoolean thrown = new AtomicBoolean();
        try (SinkRunner _ = fixture.sink(RealParts.engine().url(), 1_000, writer -> (batch, token, owner) -> {
            if (!thrown.getAndSet(true)) {
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            }
            return writer.insert(batch, token, owner);
        })) {
            fixture.sendEvents(50);
            fixture.awaitExact();
        }
        fixture.assertExact();
    }
}
