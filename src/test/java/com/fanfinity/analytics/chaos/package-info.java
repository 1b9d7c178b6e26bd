/// The promise under disturbance: real processes under load are killed, stopped and restarted at random, and at the end everything that
/// was answered with 202 must be counted once and stored once.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.chaos;
