package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import com.fanfinity.analytics.lab.verify.Guarantee;
import com.fanfinity.analytics.lab.verify.LedgerCheck;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ServiceBuild;
import com.fanfinity.analytics.stack.Stack;

/// Replaces the instances of an earlier build under load: by this build, by the earlier one again, and by this build
/// again. Required are: no wrong answer, no read with 503, and no unreadable stored state. In the end, each event with
/// a 202 is counted and stored once, and the ledger balances.
///
/// If the earlier build cannot read the state of this one, a rollback is not possible, as the runbook describes. The
/// run then replaces the instance by this build again and leaves the others. Reads with 503 in this time are reported,
/// but are no fault.
final class UpgradeRun implements AutoCloseable {

    private static final int QUIET_READS = 1_000;
    private static final int READS_AFTER_A_STEP = 600;
    private static final int ERRORS_TOLD = 3;
    private static final Duration SETTLE = Duration.ofMinutes(2);

    private final Stack stack;
    private final ServiceBuild earlier;
    private final Consumer<String> out;
    private final Fleet fleet;
    private final UpgradeLoad load;
    private final List<ServiceLog> logs;
    private final List<UpgradeStep> steps = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final long startedNanos = System.nanoTime();
    private String wayBack = "not tried";

    private record Stopped(Duration took, Optional<String> fault) {
        static final Stopped NOTHING = new Stopped(Duration.ZERO, Optional.empty());
    }

    private record Started(Duration took, Optional<String> fault) {
        static final Started NOTHING = new Started(Duration.ZERO, Optional.empty());
    }

    /// @param stack a stack without events, whose instances run the earlier build
    /// @param rate approximate events a second
    /// @param out receives one line at a time
    UpgradeRun(Stack stack, ServiceBuild earlier, int rate, Consumer<String> out) {
        this.stack = stack;
        this.earlier = earlier;
        this.out = out;
        this.fleet = new Fleet(stack);
        this.load = new UpgradeLoad(stack, fleet, new Random(1), rate);
        this.logs = stack.services().stream().map(service -> new ServiceLog(service.log())).toList();
    }

    /// @return whether all requirements held
    boolean run() throws IOException, InterruptedException {
        load.start();
        out.accept("%6.1f s  all instances keep up with the load".formatted((System.nanoTime() - startedNanos) / 1e9));
        quiet("only the earlier build");
        upgrade("upgrade");
        quiet("only this build");
        if (rollBack()) {
            quiet("only the earlier build, again");
            upgrade("forward again");
            quiet("only this build, again");
        }
        faults.addAll(load.finish());
        faults.addAll(verdict());
        log();
        return faults.isEmpty();
    }

    private void quiet(String what) throws IOException {
        load.during(QUIET_READS);
        faults.addAll(completeStep(what, Stopped.NOTHING, Started.NOTHING).faults());
    }

    private void upgrade(String what) throws IOException, InterruptedException {
        for (int instance = 0; instance < fleet.size(); instance++) {
            faults.addAll(replace(what, instance, ServiceBuild.COMPILED).faults());
        }
    }

    /// @return whether all instances now run the earlier build
    private boolean rollBack() throws IOException, InterruptedException {
        for (int instance = 0; instance < fleet.size(); instance++) {
            UpgradeStep back = replace("roll back", instance, earlier);
            if (!back.unreadable().isEmpty()) {
                wayBack = "NOT POSSIBLE, because stored formats have changed: " + back.unreadable();
                faults.addAll(replace("forward again", instance, ServiceBuild.COMPILED).faultsOfTheStart());
                quiet("only this build, again");
                return false;
            }
            faults.addAll(back.faults());
        }
        wayBack = "POSSIBLE: the earlier build continued with the stored state of this one";
        return true;
    }

    private UpgradeStep replace(String what, int instance, ServiceBuild build)
            throws IOException, InterruptedException {
        Stopped stopped = stop(instance);
        Started started = start(instance, build);
        load.during(READS_AFTER_A_STEP);
        return completeStep(what + ", instance " + (instance + 1), stopped, started);
    }

    private Stopped stop(int instance) {
        long from = System.nanoTime();
        int exitCode = fleet.takeDown(instance);
        return new Stopped(Duration.ofNanos(System.nanoTime() - from),
                exitCode == 0 ? Optional.empty() : Optional.of("ended with exit code " + exitCode));
    }

    private Started start(int instance, ServiceBuild build) throws IOException, InterruptedException {
        long from = System.nanoTime();
        Optional<String> fault = Optional.empty();
        try {
            fleet.bringUp(instance, build);
        } catch (IllegalStateException e) {
            fault = String.valueOf(e.getMessage()).lines().findFirst();
        }
        return new Started(Duration.ofNanos(System.nanoTime() - from), fault);
    }

    private UpgradeStep completeStep(String what, Stopped stopped, Started started) throws IOException {
        Set<String> unreadable = new TreeSet<>();
        List<String> errors = new ArrayList<>();
        for (ServiceLog log : logs) {
            ServiceLog.News news = log.news();
            unreadable.addAll(news.unreadable());
            errors.addAll(news.errors());
        }
        UpgradeStep step = new UpgradeStep(what, stopped.took, stopped.fault, started.took, started.fault,
                load.reads().figures(),
                errors.size(), List.copyOf(unreadable));
        steps.add(step);
        out.accept("%6.1f s  %,8d accepted  %s: %s".formatted((System.nanoTime() - startedNanos) / 1e9,
                load.accepted().total(), what,
                step.reads()));
        errors.stream().limit(ERRORS_TOLD).forEach(error -> out.accept("          " + error));
        return step;
    }

    private List<String> verdict() throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>();
        try (ApiClient api = stack.client()) {
            Guarantee.Verdict verdict = new Guarantee(api, load.accepted(), stack.kafka().bootstrapServers(), SETTLE)
                    .verdict();
            broken.addAll(verdict.broken());
            out.accept(
                    ("accepted %,d; %,d records in Kafka, of which the service recognized %,d as duplicates; "
                            + "repeated requests %s")
                            .formatted(
                                    load.accepted().total(), verdict.received(), verdict.duplicates(),
                                    load.sentAgain()));
        }
        broken.addAll(
                new LedgerCheck(stack.serviceUrls(), stack.clickHouse().url(), SETTLE).broken(load.accepted().total()));
        return broken;
    }

    private void log() {
        out.accept(UpgradeStep.HEAD);
        steps.forEach(step -> out.accept(step.toString()));
        out.accept(load.receipts().toString());
        out.accept("%d processors, load average %.0f".formatted(Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        out.accept("The rollback is " + wayBack);
        faults.forEach(fault -> out.accept("- " + fault));
        out.accept((faults.isEmpty() ? "PASSED" : "FAILED") + " after "
                + Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds()
                + " s");
    }

    @Override
    public void close() {
        load.close();
        fleet.close();
    }
}
