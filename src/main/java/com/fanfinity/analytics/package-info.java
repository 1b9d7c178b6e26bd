/// Fanfinity Analytics: match events over HTTP, exactly once through Kafka Streams, answered live and kept in
/// ClickHouse.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics;
