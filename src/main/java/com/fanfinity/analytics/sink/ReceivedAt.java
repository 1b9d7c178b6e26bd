package com.fanfinity.analytics.sink;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import com.fanfinity.analytics.event.RecordHeaders;

/// When an event reached the service, and the month that the table is partitioned by.
record ReceivedAt(long micros) {

    /// Later than any arrival that is no mistake, and within what every version of ClickHouse can partition by: the end of 2199.
    private static final long LATEST = TimeUnit.SECONDS.toMicros(Instant.parse("2200-01-01T00:00:00Z").getEpochSecond()) - 1;

    /// The header `received-at`; without one that can be true, the time that Kafka gave the record.
    static ReceivedAt of(ConsumerRecord<byte[], byte[]> record) {
        OptionalLong header = RecordHeaders.number(record.headers(), RecordHeaders.RECEIVED_AT);
        long micros = header.isPresent() && header.getAsLong() <= LATEST
                ? header.getAsLong()
                : TimeUnit.MILLISECONDS.toMicros(record.timestamp());
        return new ReceivedAt(Math.clamp(micros, 0, LATEST));
    }

    /// `toYYYYMM(received_at)`.
    int month() {
        LocalDate date = LocalDate.ofInstant(Instant.ofEpochSecond(TimeUnit.MICROSECONDS.toSeconds(micros)), ZoneOffset.UTC);
        return date.getYear() * 100 + date.getMonthValue();
    }
}
