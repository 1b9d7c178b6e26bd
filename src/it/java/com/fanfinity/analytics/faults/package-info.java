/// Tests of the service under faults: one class per kind of fault.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.faults;
