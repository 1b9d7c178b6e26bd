/// Bounds on the number of reads at a time and on the size of answers.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.limits;
