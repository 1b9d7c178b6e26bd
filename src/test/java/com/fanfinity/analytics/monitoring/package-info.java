/// What `ops/` holds for Grafana and Prometheus, tried against the real parts.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.monitoring;
