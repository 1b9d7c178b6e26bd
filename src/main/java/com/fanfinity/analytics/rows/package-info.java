/// Maps Kafka records of the output topics to rows of the ClickHouse tables. Pure, without I/O.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.rows;
