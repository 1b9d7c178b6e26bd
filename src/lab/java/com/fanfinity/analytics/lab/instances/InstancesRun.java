package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.fanfinity.analytics.lab.instances.JudgedReads.Figures;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// The phases of a run under a steady mix of reads and writes over 1,000 matches, with their requirements. No phase may
/// have a wrong answer. A quiet or rolling phase may have no 503. Other phases may have less than 0.1 %, without the
/// first 10 s after a kill.
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
    /// @param out receives the figures of each phase
    InstancesRun(Stack stack, Consumer<String> out) {
        this.fleet = new Fleet(stack);
        this.mix = new ReadWriteMix(fleet, MATCHES, WRITES_PER_SECOND, READS_PER_SECOND);
        this.out = out;
        mix.start();
    }

    void quiet() {
        during(2_000);
        report("quiet", 0);
    }

    /// Removes, stops, starts and adds one instance after another.
    void roll(List<Integer> instances) throws IOException, InterruptedException {
        for (int instance : instances) {
            fleet.takeDown(instance);
            during(300);
            fleet.bringUp(instance);
            during(500);
        }
        report("rolled " + instances, 0);
    }

    /// Scales down to the first instance and up again.
    void scale() throws IOException, InterruptedException {
        for (int instance = fleet.size() - 1; instance > 0; instance--) {
            fleet.takeDown(instance);
            during(1_000);
        }
        for (int instance = 1; instance < fleet.size(); instance++) {
            fleet.bringUp(instance);
            during(1_000);
        }
        report("down to one and up to " + fleet.size(), MOST_UNAVAILABLE);
    }

    void kill(int instance) throws IOException, InterruptedException {
        fleet.kill(instance);
        during(4_000);
        fleet.bringUp(instance);
        during(1_000);
        report("instance " + instance + " killed and restarted", MOST_UNAVAILABLE);
    }

    /// Ends the load and waits until all instances count exactly the sent events.
    void settle() {
        mix.settle();
    }

    /// The violated requirements.
    List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        all.addAll(mix.reads().faults());
        return all;
    }

    private void during(long reads) {
        long from = mix.reads().reads();
        Await.until(SOON, reads + " reads", () -> mix.reads().reads() - from >= reads);
    }

    private void report(String phase, double mostUnavailable) {
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
