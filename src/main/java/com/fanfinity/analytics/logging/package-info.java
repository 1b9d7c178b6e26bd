/// The log: one line per record, repeats counted instead of repeated.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.logging;
