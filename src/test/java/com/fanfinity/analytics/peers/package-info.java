@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.peers;
