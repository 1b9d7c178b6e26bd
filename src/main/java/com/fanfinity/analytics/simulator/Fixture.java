package com.fanfinity.analytics.simulator;

/// The clubs, id and competition of a match.
record Fixture(String matchId, String competition, Club home, Club away) {
    Fixture {
        if (home.equals(away)) {
            throw new IllegalArgumentException("a club cannot play itself");
        }
    }
}
