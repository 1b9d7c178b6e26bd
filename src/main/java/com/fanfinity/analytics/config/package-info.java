/// Configuration: read once from the environment, checked as a whole, and passed on as immutable values.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.config;
