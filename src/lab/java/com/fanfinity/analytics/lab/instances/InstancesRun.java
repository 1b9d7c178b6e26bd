package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.fanfinity.analytics.lab.instances.JudgedReads.Figures;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// What is done to the instances of a stack under a steady mix of reads and writes over 1,000 matches, phase by phase, and what is asked of
/// each: no wrong answer in any; no 503 while nothing happens or instances are rolled in order; under 0.1 % of them otherwise, not counting
/// the first 10 s after a kill.
final class InstancesRun implements AutoCloseable {

    private static final int MATCHES = 1_000;
    private static final int WRITES_PER_SECOND = 150;
    private static final int READS_PER_SECOND = 400;
    private static final double MOST_UNAVAILABLE = 0.001;
    private static final Duration SOON = Duration.ofMinutes(2);

    private final Fleet fleet;
    private final ReadWriteMix mix;
    private final Consumer<String> out;
    private final List<String> faults = new ArrayList<>();

    /// Starts the load.
    ///
    /// @param out is given the figures of each phase
    InstancesRun(Stack stack, Consumer<String> out) {
        this.fleet = new Fleet(stack);
        this.mix = new ReadWriteMix(fleet, MATCHES, WRITES_PER_SECOND, READS_PER_SECOND);
        this.out = out;
        mix.start();
    }

    void quiet() {
        during(2_000);
        over("nothing happens", 0);
    }

    /// One after another is taken out, stopped, started and taken in again.
    void roll(List<Integer> instances) throws IOException, InterruptedException {
        for (int instance : instances) {
            fleet.takeDown(instance);
            during(300);
            fleet.bringUp(instance);
            during(500);
        }
        over("rolled " + instances, 0);
    }

    /// Down to the first one and up again.
    void scale() throws IOException, InterruptedException {
        for (int instance = fleet.size() - 1; instance > 0; instance--) {
            fleet.takeDown(instance);
            during(1_000);
        }
        for (int instance = 1; instance < fleet.size(); instance++) {
            fleet.bringUp(instance);
            during(1_000);
        }
        over("down to one and up to " + fleet.size(), MOST_UNAVAILABLE);
    }

    void kill(int instance) throws IOException, InterruptedException {
        fleet.kill(instance);
        during(4_000);
        fleet.bringUp(instance);
        during(1_000);
        over("instance " + instance + " killed and started again", MOST_UNAVAILABLE);
    }

    /// Ends the load and awaits that all instances count exactly what was sent.
    void settle() {
        mix.settle();
    }

    /// What was not as it should be.
    List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        all.addAll(mix.reads().faults());
        return all;
    }

    private void during(long reads) {
        long from = mix.reads().reads();
        Await.until(SOON, reads + " reads", () -> mix.reads().reads() - from >= reads);
    }

    private void over(String phase, double mostUnavailable) {
        Figures figures = mix.reads().figures();
        out.accept("%s: %s; %,d writes".formatted(phase, figures, mix.writes()));
        if (figures.unavailableShare() > mostUnavailable) {
            faults.add(phase + ": too many 503");
        }
    }

    @Override
    public void close() {
        mix.close();
        fleet.close();
    }
}
