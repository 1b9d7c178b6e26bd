package com.fanfinity.analytics.rows;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Maps a topic's records to its table's rows. It is pure: the same record always gives the same bytes.
interface RowMapper {
    MappingResult map(ConsumerRecord<byte[], byte[]> record);
}
