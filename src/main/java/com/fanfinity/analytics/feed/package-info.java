/// Clients that send events: the replay of recorded matches and the simulated match day. They know the service by its
/// HTTP contract only, and share [com.fanfinity.analytics.feed.EventSender].

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.feed;
