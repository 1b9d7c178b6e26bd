package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Member names that no other event has, in records of another producer.
///
/// @param large records with one name of `largeName` characters each; they compress well
/// @param small records with one name of `smallName` characters each
record LongNamesOnTopic(int large, int largeName, int small, int smallName) implements Attack {

    private static final String TOPIC = "match-events";
    private static final String MATCH = "long-names";
    private static final int PROBE = 3_000;

    @Override
    public String name() {
        return "long member names on match-events";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        long before = millisToCount(target, 1);
        AtomicInteger written = new AtomicInteger();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", target.bootstrapServers(), "acks", "all", "compression.type", "zstd",
                        "max.request.size", 64 << 20, "buffer.memory", 128L << 20),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            send(producer, large, largeName, written);
            send(producer, small, smallName, written);
            producer.flush();
        }
        findings.requireAttack(written.get() == large + small, "%d of %d records were written", written.get(),
                large + small);
        // This event comes after the records, so it waits for all of them.
        long began = System.nanoTime();
        target.load(List.of(event(PROBE + 1).json()));
        target.awaitCounted(MATCH, PROBE + 1);
        long behind = (System.nanoTime() - began) / 1_000_000;
        long after = millisToCount(target, PROBE + 2);
        findings.figure("%d records; %d events of the partition counted in %d ms before and %d ms after; the records "
                + "took %d ms", large + small, PROBE, before, after, behind);
        findings.require(after <= 2 * before + 1_000, "the partition is slower: %d ms instead of %d ms", after, before);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // flush waits for them
    private static void send(KafkaProducer<byte[], byte[]> producer, int records, int name, AtomicInteger written) {
        String end = "k".repeat(name);
        for (int i = 0; i < records; i++) {
            producer.send(new ProducerRecord<>(TOPIC, MATCH.getBytes(UTF_8),
                    ("{\"" + UUID.randomUUID() + end + "\":1}").getBytes(UTF_8)),
                    (_, failure) -> written.addAndGet(failure == null ? 1 : 0));
        }
    }

    private static EventJson event(long number) {
        return EventJson.of(MATCH, "pass", number).at(Instant.parse("2026-11-21T12:00:00Z")).team("a");
    }

    private static long millisToCount(Target target, int first) throws IOException {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < PROBE; i++) {
            events.add(event(first + i).json());
        }
        long began = System.nanoTime();
        target.load(events);
        target.awaitCounted(MATCH, first + PROBE - 1);
        return (System.nanoTime() - began) / 1_000_000;
    }
}
