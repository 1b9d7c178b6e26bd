/// What operators look at: meters, health, the topology, and the topics' set-up.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.ops;
