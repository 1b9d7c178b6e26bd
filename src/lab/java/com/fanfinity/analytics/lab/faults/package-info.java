/// Faults to inject: a leaking service, a stepped clock, a relay that cuts connections.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.faults;
