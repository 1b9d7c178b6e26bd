/// The topology, held to the contract on Kafka's test driver: the real processors, stores and settings, without a broker.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.pipeline;
