package com.fanfinity.analytics.lab.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// Injects faults, waits for their alerts, mends them, and waits until the alerts are over.
final class DrillRun {

    /// Error budgets are used up by any of the faults, and for longer than a drill takes.
    private static final Set<String> BUDGETS = Set.of("IngestSloFastBurn", "IngestSloMediumBurn", "IngestSloSlowBurn", "VisibleSloFastBurn",
            "VisibleSloMediumBurn", "VisibleSloSlowBurn");
    /// Longer than the longest window and wait of an alert, without the budgets'.
    private static final Duration LONGEST = Duration.ofMinutes(45);
    /// For whoever mends by hand.
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration SLACK = Duration.ofSeconds(60);

    private final DrillStack stack;
    private final boolean byHand;
    private final Duration limit;
    private final Consumer<String> out;
    private final Instant began = Instant.now();
    private final List<String> rows = Collections.synchronizedList(new ArrayList<>());
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> seen = Collections.synchronizedSet(new TreeSet<>());

    DrillRun(DrillStack stack, Drill.Settings settings, Consumer<String> out) {
        this.stack = stack;
        this.out = out;
        byHand = settings.byHand();
        limit = byHand ? PATIENCE : LONGEST.dividedBy(settings.speed()).plus(SLACK);
    }

    /// Rates are there when Prometheus has looked for a while.
    void awaitHistory() {
        try (ApiClient prometheus = new ApiClient(stack.prometheus.url(), "")) {
            Await.until(limit, "some history", () -> prometheus
                    .get("/api/v1/query?query=count_over_time(up%7Bjob%3D%22fanfinity%22%7D%5B5m%5D)%3E30").body().contains("\"value\""));
        }
        settle(Instant.now(), List.of());
    }

    /// Injects these faults at the same time, and returns when all are mended and all is quiet.
    void round(List<DrillFault> faults) throws Exception {
        Instant started = Instant.now();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> one : executor.invokeAll(faults.stream().<Callable<Void>>map(fault -> () -> {
                drill(fault);
                return null;
            }).toList())) {
                one.get();
            }
        }
        settle(started, faults);
    }

    private void drill(DrillFault fault) throws Exception {
        Instant injected = Instant.now();
        say(fault.name() + ": " + fault.what());
        List<Outcome> outcomes = new ArrayList<>();
        try {
            fault.inject().run();
            fault.told().forEach(alert -> outcomes.add(told(alert, injected)));
            fault.quiet().forEach(alert -> outcomes.add(quiet(alert, injected)));
        } catch (Exception | AssertionError e) {
            fail(fault.name() + " could not be injected: " + e);
        }
        Instant mending = Instant.now();
        if (byHand) {
            say(fault.name() + " is to be mended by hand");
        } else {
            fault.mend().run();
            say("%s: mended in %.0f s".formatted(fault.name(), seconds(mending, Instant.now())));
        }
        outcomes.forEach(outcome -> row(fault, outcome, injected, mending));
    }

    /// @param how to whom it was told, or on whose account it was not
    private record Outcome(String alert, String severity, Optional<Instant> fired, String how) {}

    private Outcome told(String alert, Instant since) {
        boolean untold = alert.equals("AlertmanagerDown"); // there is nobody to tell
        Optional<Instant> fired = await(() -> untold
                ? stack.quiet.firingSince(alert)
                : stack.heard.first(alert, true, since).map(Heard.Notice::at));
        Optional<Heard.Notice> notice = stack.heard.first(alert, true, since);
        say("  " + alert + " " + fired.map(at -> "fires after %.0f s".formatted(seconds(since, at))).orElse("DOES NOT FIRE"));
        return new Outcome(alert, notice.map(Heard.Notice::severity).orElse("critical"), fired,
                untold ? "Prometheus' page only" : notice.map(Heard.Notice::receiver).orElse("nobody"));
    }

    private Outcome quiet(String alert, Instant since) {
        Optional<Instant> kept = await(() -> stack.quiet.first(alert, since).map(Quiet.Kept::at));
        String how = stack.quiet.first(alert, since).map(it -> "kept quiet: " + it.source()).orElse("nobody")
                + stack.heard.first(alert, true, since).map(it -> ", and " + it.receiver()).orElse("");
        say("  " + alert + " " + kept.map(at -> "fires after %.0f s, %s".formatted(seconds(since, at), how)).orElse("IS NOT KEPT QUIET"));
        return new Outcome(alert, stack.quiet.first(alert, since).map(Quiet.Kept::severity).orElse("?"), kept, how);
    }

    private void row(DrillFault fault, Outcome outcome, Instant injected, Instant mending) {
        Optional<Instant> fired = outcome.fired();
        Optional<Instant> over = fired.flatMap(at -> await(() -> over(outcome, at)));
        if (fired.isEmpty() || over.isEmpty()) {
            fail("%s: %s %s".formatted(fault.name(), outcome.alert(), fired.isEmpty() ? "did not fire" : "did not resolve"));
        } else {
            seen.add(outcome.alert());
        }
        say("  " + outcome.alert() + " " + over.map(at -> "is over %.0f s after the mending".formatted(seconds(mending, at)))
                .orElse("IS NOT OVER"));
        rows.add("| %s | %s | %s | %s | %s | %s |".formatted(fault.name(), outcome.alert(), outcome.severity(),
                fired.map(at -> "%.0f".formatted(seconds(injected, at))).orElse("-"),
                over.map(at -> "%.0f".formatted(Math.max(0, seconds(mending, at)))).orElse("-"), outcome.how()));
    }

    private Optional<Instant> over(Outcome outcome, Instant fired) {
        boolean told = stack.heard.first(outcome.alert(), true, began).filter(it -> !it.at().isAfter(fired)).isPresent()
                && !outcome.how().startsWith("kept");
        if (told) {
            return stack.heard.first(outcome.alert(), false, fired).map(Heard.Notice::at);
        }
        return stack.quiet.firing().contains(outcome.alert()) ? Optional.empty() : Optional.of(Instant.now());
    }

    private <T> Optional<T> await(Callable<Optional<T>> value) {
        try {
            return Await.until(limit, "an alert", value, Optional::isPresent);
        } catch (AssertionError _) {
            return Optional.empty();
        }
    }

    /// Waits until nothing fires any more, and says what was told besides.
    private void settle(Instant since, List<DrillFault> faults) {
        try {
            Await.until(limit, "quiet", () -> unexplained(stack.quiet.firing()).isEmpty() && unexplained(stack.heard.open()).isEmpty());
        } catch (AssertionError _) {
            fail("still firing: " + stack.quiet.firing() + ", told and not told as over: " + stack.heard.open());
        }
        Set<String> all = stack.heard.alertsSince(since);
        all.addAll(stack.quiet.alertsSince(since));
        Set<String> besides = new TreeSet<>(all);
        besides.removeIf(alert -> faults.stream().anyMatch(fault -> fault.told().contains(alert) || fault.quiet().contains(alert)));
        Set<String> unexpected = new TreeSet<>(unexplained(besides));
        unexpected.removeIf(alert -> faults.stream().anyMatch(fault -> fault.explains(alert)));
        say("  besides: " + besides.stream().map(it -> stack.heard.first(it, true, since)
                .map(notice -> it + " (told after %.0f s)".formatted(seconds(since, notice.at()))).orElse(it + " (quiet)")).toList());
        if (!unexpected.isEmpty()) {
            fail("unexpected in " + faults.stream().map(DrillFault::name).toList() + ": " + unexpected.stream()
                    .map(it -> it + stack.heard.first(it, true, since).map(notice -> ": " + notice.summary()).orElse(" (quiet)")).toList());
        }
    }

    private static Set<String> unexplained(Set<String> alerts) {
        Set<String> others = new TreeSet<>(alerts);
        others.removeAll(BUDGETS);
        return others;
    }

    /// Prints the table.
    ///
    /// @return whether all was as expected
    boolean finish() {
        out.accept("\n| fault | alert | severity | fires after s | is over after s | told to |\n|---|---|---|---:|---:|---|");
        rows.forEach(out);
        out.accept("\n%d alerts fired and were over as expected, in %.0f s".formatted(seen.size(), seconds(began, Instant.now())));
        wrong.forEach(it -> out.accept("WRONG: " + it));
        return wrong.isEmpty();
    }

    private void fail(String what) {
        wrong.add(what);
        say("  WRONG: " + what);
    }

    private void say(String what) {
        out.accept("%4.0f %s".formatted(seconds(began, Instant.now()), what));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
