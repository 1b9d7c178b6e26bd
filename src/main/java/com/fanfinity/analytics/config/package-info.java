/// Configuration: read once from the environment, checked as a whole, handed on as values.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.config;
