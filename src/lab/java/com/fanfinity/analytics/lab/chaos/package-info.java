/// Kills, stops and restarts of every part under load, and the proof that each accepted event was counted and stored once.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.chaos;
