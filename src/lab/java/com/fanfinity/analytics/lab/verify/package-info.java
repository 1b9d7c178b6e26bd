/// The truth of a match or of a load, and the comparison of API and ClickHouse with it.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.verify;
