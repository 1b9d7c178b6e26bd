/// From Kafka to ClickHouse, each record once: a consumer that starts where ClickHouse's own rows end.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.sink;
