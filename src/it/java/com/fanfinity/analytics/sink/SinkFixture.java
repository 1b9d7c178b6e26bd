package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.config.Security;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.KafkaBroker;

/// Topics, a database and a transactional producer for one test.
final class SinkFixture implements AutoCloseable {
    private static final long RECEIVED_MICROS = 1_763_712_000_000_000L;
    static final Duration SOON = Duration.ofSeconds(60);

    final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
    final Topics topics = new Topics(name + "-");
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final KafkaProducer<byte[], byte[]> producer;
    private final KafkaBroker broker;
    private final String clickHouseUrl;
    private final int partitions;
    private long sent;

    SinkFixture(KafkaBroker broker, String clickHouseUrl, int partitions)
            throws InterruptedException, ExecutionException {
        this.broker = broker;
        this.clickHouseUrl = clickHouseUrl;
        this.partitions = partitions;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(topics.all().stream().map(topic -> new NewTopic(topic, partitions, (short) 1)).toList())
                    .all().get();
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", name, "linger.ms", 5),
                new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
    }

    /// Deletes a topic and creates it again, with another id. Its records are gone.
    void recreateTopic(String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get();
            Await.until(SOON, "Kafka has forgotten the topic", () -> !admin.listTopics().names().get().contains(topic));
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
    }

    /// Sends events without the fixture's producer, whose transactions belong to the topic before it was recreated.
    void sendEventsToRecreatedTopic(int count) throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> fresh = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.accepted(), "again".getBytes(UTF_8),
                        event(UUID.randomUUID(), "again", "2018-07-15T15:00:00.000Z").getBytes(UTF_8));
                RecordHeaders.put(record.headers(), RecordHeaders.RECEIVED_AT, RECEIVED_MICROS);
                fresh.send(record).get();
            }
        }
    }

    private static final Security.Rate ANY = new Security.Rate(1, 1);
    private static final Security OPEN = new Security(false, false, Optional.empty(), Optional.empty(),
            List.of(), Security.AddressSource.X_FORWARDED_FOR, new Security.Rates(false, ANY, ANY, ANY, ANY));

    private Settings settings(String url, int batchRows, long batchBytes) {
        return new Settings(Set.of(Role.SINK), new Settings.Http("127.0.0.1", 0, 64, Duration.ofSeconds(75)),
                new Settings.Ops("127.0.0.1", 0), new Settings.Edge(Optional.empty(), Set.of(), Set.of()),
                new Settings.Internal("127.0.0.1", 1, "127.0.0.1", new Settings.Secret(""), new Settings.Secret(""),
                        List.of()),
                new Settings.Kafka(broker.bootstrapServers(), 1, (short) 1, topics.prefix(), topics.events(), Map.of()),
                new Settings.Ingest(Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofSeconds(5), 1 << 24,
                        Duration.ofMillis(1), Duration.ofMillis(150)),
                new Settings.Streams(Path.of("unused"), 1, 0, Duration.ofMillis(100), Duration.ofMillis(100),
                        Duration.ofHours(48),
                        Duration.ofDays(7), 0, 1 << 24),
                new Settings.Live(10, 10), new Settings.Sink(batchRows, batchBytes, Duration.ofMillis(200)),
                new Settings.ClickHouse(URI.create(url), name, "default", new Settings.Secret(""),
                        Duration.ofSeconds(30)),
                new Settings.Ledger(Duration.ofMinutes(1)), Duration.ofSeconds(18), new Settings.Secret(""),
                OPEN);
    }

    SinkRunner sink() {
        return sink(clickHouseUrl, 5_000, writer -> writer);
    }

    SinkRunner sink(String url, int batchRows, UnaryOperator<BatchWriter> decorator) {
        return sink(settings(url, batchRows, 32L << 20), decorator);
    }

    SinkRunner sinkWithLimit(long batchBytes) {
        return sink(settings(clickHouseUrl, 5_000, batchBytes), writer -> writer);
    }

    private SinkRunner sink(Settings settings, UnaryOperator<BatchWriter> decorator) {
        return sink(settings, decorator, KafkaClients::sinkConsumer);
    }

    SinkRunner sink(long batchBytes, UnaryOperator<BatchWriter> decorator,
            Function<Settings.Kafka, KafkaConsumer<byte[], byte[]>> consumers) {
        return sink(settings(clickHouseUrl, 5_000, batchBytes), decorator, consumers);
    }

    private SinkRunner sink(Settings settings, UnaryOperator<BatchWriter> decorator,
            Function<Settings.Kafka, KafkaConsumer<byte[], byte[]>> consumers) {
        SinkRunner sink = new SinkRunner(settings, topics, new Meters(registry), decorator, consumers);
        sink.start();
        return sink;
    }

    ClickHouse clickHouse() {
        return new ClickHouse(settings(clickHouseUrl, 1, 1 << 20).clickHouse(), "test");
    }

    static String event(UUID id, String match, String timestamp) {
        return "{\"eventId\":\"%s\",\"matchId\":\"%s\",\"eventType\":\"pass\",\"timestamp\":\"%s\",\"teamId\":\"4418\",\"playerId\":\"3682\",\"metadata\":{\"n\":1}}"
                .formatted(id, match, timestamp);
    }

    /// Sends events in one committed transaction.
    void sendEvents(int count) {
        producer.beginTransaction();
        for (int i = 0; i < count; i++) {
            sendEvent("m" + sent % 40, event(UUID.randomUUID(), "m" + sent % 40, "2018-07-15T15:00:00.000Z"));
        }
        producer.commitTransaction();
    }

    /// Sends events in one aborted transaction.
    void abortEvents(int count) {
        producer.beginTransaction();
        long before = sent;
        for (int i = 0; i < count; i++) {
            sendEvent("aborted", event(UUID.randomUUID(), "aborted", "2018-07-15T15:00:00.000Z"));
        }
        producer.flush();
        producer.abortTransaction();
        sent = before;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failed send fails the commit
    void sendEvent(String match, String json) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.accepted(), match.getBytes(UTF_8),
                json.getBytes(UTF_8));
        RecordHeaders.put(record.headers(), RecordHeaders.RECEIVED_AT, RECEIVED_MICROS + sent);
        producer.send(record);
        sent++;
    }

    /// Sends an event with its sequence number among the accepted events of source partition 0.
    @SuppressWarnings("FutureReturnValueIgnored") // a failed send fails the commit
    void sendAccepted(String match, String json, long number) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.accepted(), match.getBytes(UTF_8),
                json.getBytes(UTF_8));
        RecordHeaders.put(record.headers(), RecordHeaders.RECEIVED_AT, RECEIVED_MICROS);
        RecordHeaders.put(record.headers(), RecordHeaders.SOURCE_PARTITION, 0);
        RecordHeaders.put(record.headers(), RecordHeaders.ACCEPTED_NUMBER, number);
        producer.send(record);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failed send fails the commit
    void send(String topic, String key, String json) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), json.getBytes(UTF_8));
        // The same month as the events; otherwise it would be in a batch of its own.
        RecordHeaders.put(record.headers(), RecordHeaders.RECEIVED_AT, RECEIVED_MICROS);
        producer.send(record);
    }

    void transaction(Runnable sends) {
        producer.beginTransaction();
        sends.run();
        producer.commitTransaction();
    }

    long sent() {
        return sent;
    }

    /// The result as text.
    String query(String sql) {
        return queryWithId(sql, "");
    }

    String queryWithId(String sql, String queryId) {
        String parameter = queryId.isEmpty() ? "" : "?query_id=" + URLEncoder.encode(queryId, UTF_8);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(clickHouseUrl + "/" + parameter))
                    .POST(HttpRequest.BodyPublishers.ofString(sql.replace("$db", name))).timeout(Duration.ofSeconds(20))
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(response.body());
            }
            return response.body().strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Awaits all sent events, then checks that each is stored once: by plain count(), by event id and by offset.
    void awaitExact() {
        String all = Long.toString(sent);
        Await.until(SOON, all + " events stored",
                () -> query("SELECT count() >= " + sent + " FROM $db.match_events").equals("1"));
        assertExact();
    }

    /// Checks that no event is stored twice. Tests call it again after the sinks have ended.
    void assertExact() {
        String all = Long.toString(sent);
        assertEquals(String.join("\t", List.of(all, all, all)),
                query("SELECT count(), uniqExact(event_id), uniqExact((kafka_partition, kafka_offset)) "
                        + "FROM $db.match_events"));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
