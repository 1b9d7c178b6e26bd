package com.fanfinity.analytics.rows;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import com.fanfinity.analytics.event.RecordHeaders;

/// When an event reached the service, in microseconds since 1970, and the month by which the table is partitioned.
record ReceivedAt(long micros) {

    /// The end of 2199: later than any correct time, and within the range by which every version of ClickHouse can
    /// partition.
    private static final long LATEST = TimeUnit.SECONDS.toMicros(Instant.parse("2200-01-01T00:00:00Z").getEpochSecond())
            - 1;

    /// The header `received-at`, or the record's Kafka timestamp if the header is missing or out of range.
    static ReceivedAt of(ConsumerRecord<byte[], byte[]> record) {
        OptionalLong header = RecordHeaders.number(record.headers(), RecordHeaders.RECEIVED_AT);
        long micros = header.isPresent() && header.getAsLong() <= LATEST
                ? header.getAsLong()
                : TimeUnit.MILLISECONDS.toMicros(record.timestamp());
        return new ReceivedAt(Math.clamp(micros, 0, LATEST));
    }

    /// `toYYYYMM(received_at)`.
    int month() {
        LocalDate date = LocalDate.ofInstant(Instant.ofEpochSecond(TimeUnit.MICROSECONDS.toSeconds(micros)),
                ZoneOffset.UTC);
        return date.getYear() * 100 + date.getMonthValue();
    }
}
