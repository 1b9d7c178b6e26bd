package com.fanfinity.analytics.sink;

/// What a session works with.
record SinkParts(Mapping mapping, StartOffsetResolver locator, Delivery delivery) {}
