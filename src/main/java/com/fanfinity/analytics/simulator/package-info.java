/// Clients of the HTTP API: simulated matches, and the replay of recorded ones.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.simulator;
