/// Kills, stops and restarts every component under load, and proves that each accepted event was counted and stored
/// once.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.chaos;
