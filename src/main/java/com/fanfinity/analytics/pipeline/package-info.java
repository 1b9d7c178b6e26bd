/// The Kafka Streams topology: validate, dedupe, aggregate, publish. {@link
/// com.fanfinity.analytics.pipeline.MatchTopology} defines it; its state is in {@link
/// com.fanfinity.analytics.pipeline.MatchStats} and {@link com.fanfinity.analytics.pipeline.MinuteStats}.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.pipeline;
