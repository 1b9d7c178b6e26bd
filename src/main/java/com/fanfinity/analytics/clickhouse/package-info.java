/// Access to ClickHouse: statements, inserts, and the schema with its numbered migrations.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.clickhouse;
