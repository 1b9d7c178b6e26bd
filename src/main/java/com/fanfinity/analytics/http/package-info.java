/// The HTTP server with its request ids, problem documents and request metrics.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.http;
