/// Tests of meters and health.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.ops;
