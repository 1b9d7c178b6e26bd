/// The truth of a match or of a load, and its comparison with the API and ClickHouse.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.verify;
