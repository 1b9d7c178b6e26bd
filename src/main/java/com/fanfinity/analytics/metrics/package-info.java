/// The meters of the service, each described in one place.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.metrics;
