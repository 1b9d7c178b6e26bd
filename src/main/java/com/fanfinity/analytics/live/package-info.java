/// Live updates: every instance with the role `live` reads the topology's output topics and sends their records to its
/// viewers. It also serves the pages.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.live;
