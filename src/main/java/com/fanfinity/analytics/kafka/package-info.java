/// Kafka outside of Streams: the admin client, the topics and the configuration of every client.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.kafka;
