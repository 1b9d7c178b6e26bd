package com.fanfinity.analytics.simulator;

/// Who plays whom, before kick-off.
record Fixture(String matchId, String competition, Club home, Club away) {
    Fixture {
        if (home.equals(away)) {
            throw new IllegalArgumentException("a club cannot play itself");
        }
    }
}
