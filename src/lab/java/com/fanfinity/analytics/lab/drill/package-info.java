/// Faults that raise alerts, with a real Prometheus and Alertmanager.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.drill;
