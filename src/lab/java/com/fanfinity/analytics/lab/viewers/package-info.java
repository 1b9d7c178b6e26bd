/// Viewers of the live stream: how late they see an event and what they cost.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.viewers;
