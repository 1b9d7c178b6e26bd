/// The real parts on a bare machine: a Kafka broker, a ClickHouse engine and the service, each in a process of its own.
/// `make dev` and the integration tests run on them; nothing of this package is shipped.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.local;
