/// Tests of the way of events to Kafka.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.ingest;
