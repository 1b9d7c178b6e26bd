/// Live updates: every instance follows what the topology publishes, and tells it to any number of viewers.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.live;
