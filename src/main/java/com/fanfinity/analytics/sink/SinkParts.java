package com.fanfinity.analytics.sink;

/// What a session works with.
record SinkParts(Mapping mapping, Locator locator, Delivery delivery) {}
