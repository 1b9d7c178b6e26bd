/// Tests of the files for Grafana and Prometheus in `ops/`, with the real tools.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.monitoring;
