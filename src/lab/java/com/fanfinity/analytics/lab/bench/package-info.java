/// Load on the service, and its cost per event.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.bench;
