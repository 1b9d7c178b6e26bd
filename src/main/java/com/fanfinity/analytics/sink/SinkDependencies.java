package com.fanfinity.analytics.sink;

import com.fanfinity.analytics.rows.TopicMapping;

/// The parts that all memberships of one sink share. They are safe to use from any thread.
record SinkDependencies(TopicMapping mapping, StartOffsetResolver startOffsets, TopicGuard topics, Delivery delivery) {}
