package com.fanfinity.analytics.lab.chaos;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The instances of the service in turn, as behind a load balancer, which prefers instances that did not just fail.
public final class Targets {

    private static final long PASSED_OVER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<Target> targets;
    private final AtomicInteger turn = new AtomicInteger();

    public Targets(List<String> urls) {
        this.targets = urls.stream().map(Target::new).toList();
    }

    Target next() {
        int first = turn.getAndIncrement();
        for (int i = 0; i < targets.size(); i++) {
            Target target = at(first + i);
            if (target.isWell()) {
                return target;
            }
        }
        return at(first);
    }

    private Target at(int number) {
        return targets.get(Math.floorMod(number, targets.size()));
    }

    /// One instance.
    static final class Target {
        private final String url;
        private volatile long failedAt = System.nanoTime() - PASSED_OVER_NANOS;

        private Target(String url) {
            this.url = url;
        }

        String url() {
            return url;
        }

        void answered(int status) {
            if (status == 503) {
                failedAt = System.nanoTime();
            }
        }

        void silent() {
            failedAt = System.nanoTime();
        }

        private boolean isWell() {
            return System.nanoTime() - failedAt >= PASSED_OVER_NANOS;
        }
    }
}
