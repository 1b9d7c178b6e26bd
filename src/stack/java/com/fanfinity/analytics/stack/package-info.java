/// The whole system on one machine: a real Kafka broker, a real ClickHouse engine, the service, and `make dev`.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.stack;
