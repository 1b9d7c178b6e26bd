/// Faults, by name, and the service under them.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.faults;
