/// Answers about matches from the state stores of the topology.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.query;
