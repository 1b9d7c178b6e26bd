/// Fixtures for tests of several packages.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.testing;
