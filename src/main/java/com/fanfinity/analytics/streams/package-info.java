/// Running Kafka Streams: threads, group, standbys, restore progress, freshness of reads, readiness.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.streams;
