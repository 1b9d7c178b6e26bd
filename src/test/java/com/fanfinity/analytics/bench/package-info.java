/// Load from outside, over HTTP: an open-model client that is timed from the intended start of each request, and the
/// benchmark that checks every total afterwards.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.bench;
