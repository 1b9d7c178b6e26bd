/// The fault drill: faults are injected into a running system one after another, and a real Prometheus and Alertmanager, with the rules and
/// routes that are shipped, must tell of each, and tell when it is over.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.drill;
