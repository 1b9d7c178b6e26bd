/// Reads dead letters from ClickHouse's `dead_letters` and replays them to `match-events`.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.deadletters;
