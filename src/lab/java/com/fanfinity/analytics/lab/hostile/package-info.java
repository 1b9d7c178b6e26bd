/// Attacks on the service from outside, and the verdict of each: `make hostile`.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.hostile;
