/// ClickHouse as the rest of the service sees it: statements, inserts, and the schema by numbered migrations.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.clickhouse;
