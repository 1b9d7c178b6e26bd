/// Latency and cost of the viewers of live streams.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.viewers;
