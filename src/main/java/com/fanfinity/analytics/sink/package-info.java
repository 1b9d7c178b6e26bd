/// Stores each record of the output topics in ClickHouse once: a consumer that starts after the rows that ClickHouse
/// has.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.sink;
