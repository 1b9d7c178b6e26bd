package com.fanfinity.analytics.ingest;

import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka's mock producer. By the number of a record, it acknowledges it, fails it, or never completes it.
public final class FakeKafka extends MockProducer<byte[], byte[]> {
    private volatile IntPredicate silent = _ -> false;
    private volatile IntPredicate refused = _ -> false;
    private volatile long blockNanos;
    private int sends;

    public FakeKafka() {
        super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public FakeKafka silentFor(IntPredicate numbers) {
        silent = numbers;
        return this;
    }

    public FakeKafka refusing(IntPredicate numbers) {
        refused = numbers;
        return this;
    }

    /// Makes every send block for this long, as a producer does with a full buffer or without metadata.
    public FakeKafka blockingFor(long nanos) {
        blockNanos = nanos;
        return this;
    }

    public synchronized int sends() {
        return sends;
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        int number = sends++;
        long until = System.nanoTime() + blockNanos;
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
        Future<RecordMetadata> answer = super.send(record, callback);
        if (refused.test(number)) {
            errorNext(new NotEnoughReplicasException("simulated"));
        } else if (!silent.test(number)) {
            completeNext();
        }
        return answer;
    }
}
