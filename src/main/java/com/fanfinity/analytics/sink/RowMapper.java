package com.fanfinity.analytics.sink;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// From a topic's records to its table's rows. Pure: the same record makes the same bytes.
interface RowMapper {
    MappingResult map(ConsumerRecord<byte[], byte[]> record);
}
