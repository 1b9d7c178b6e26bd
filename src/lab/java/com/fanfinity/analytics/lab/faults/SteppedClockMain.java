package com.fanfinity.analytics.lab.faults;

import java.time.Clock;

import com.fanfinity.analytics.Main;

/// The service as {@link Main} runs it, with a wall clock that a test can set.
final class SteppedClockMain {

    private SteppedClockMain() {}

    static void main() throws InterruptedException {
        Main.run(new SteppedTime.Of(Clock.systemUTC()));
    }
}
