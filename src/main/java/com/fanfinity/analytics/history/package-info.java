/// Matches whose live state is gone, read back from ClickHouse.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.history;
