/// The embedded ClickHouse engine behind a small HTTP server.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.stack.bridge;
