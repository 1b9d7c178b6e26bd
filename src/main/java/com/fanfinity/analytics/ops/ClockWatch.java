package com.fanfinity.analytics.ops;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Whether the machine's clock was set back under this process.
///
/// Kafka's clients measure time by the wall clock and never let it step back: until it has caught up their timers stand still, so
/// that members send no heartbeats and don't come back into their groups. A clock set forward they get over by themselves.
public final class ClockWatch {

    /// Less is waited out: no session at the broker is over by then.
    private static final Duration TOLERATED = Duration.ofSeconds(10);

    private final Clock clock;
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

    public ClockWatch(Clock clock) {
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Takes note of the time; to be called about once a second.
    public void look() {
        latest.accumulateAndGet(clock.millis(), Math::max);
    }

    /// Down while the clock is behind what it has shown before.
    public Check check() {
        look();
        Duration behind = Duration.ofMillis(latest.get() - clock.millis());
        return behind.compareTo(TOLERATED) > 0
                ? Check.down(
                        "the clock was set back and is " + behind.toSeconds() + " s behind; Kafka's clients stand still until a restart")
                : Check.up("not set back");
    }
}
