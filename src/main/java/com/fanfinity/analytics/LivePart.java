package com.fanfinity.analytics;

import java.util.Map;

import com.fanfinity.analytics.ops.Check;

/// Pages and the stream of updates to them.
final class LivePart implements Part {

    @Override
    public Map<String, Check> ready() {
        return Map.of("live", Check.up("on"));
    }
}
