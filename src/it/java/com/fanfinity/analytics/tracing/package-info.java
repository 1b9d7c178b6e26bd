/// Tracing through the agent, end to end.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.tracing;
