/// ClickHouse lost, restored and caught up from Kafka.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.restore;
