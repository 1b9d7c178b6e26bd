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

/// Injects faults, waits for their alerts, repairs the faults, and waits until the alerts resolve.
final class DrillRun {

    /// Any fault can use up an error budget, for longer than a drill takes.
    private static final Set<String> BUDGETS = Set.of("IngestSloFastBurn", "IngestSloMediumBurn", "IngestSloSlowBurn",
            "VisibleSloFastBurn",
            "VisibleSloMediumBurn", "VisibleSloSlowBurn");
    /// Longer than the longest window and wait of an alert, except those of the budgets.
    private static final Duration LONGEST = Duration.ofMinutes(45);
    /// The limit for an operator who repairs by hand.
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

    /// Rates need some scrapes before they have values.
    void awaitHistory() {
        try (ApiClient prometheus = new ApiClient(stack.prometheus.url(), "")) {
            Await.until(limit, "some history", () -> prometheus
                    .get("/api/v1/query?query=count_over_time(up%7Bjob%3D%22fanfinity%22%7D%5B5m%5D)%3E30").body()
                    .contains("\"value\""));
        }
        settle(Instant.now(), List.of());
    }

    /// Injects these faults at the same time, and returns when all are repaired and no alert fires.
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
        log(fault.name() + ": " + fault.what());
        List<Outcome> outcomes = new ArrayList<>();
        try {
            fault.inject().run();
            fault.notified().forEach(alert -> outcomes.add(awaitNotified(alert, injected)));
            fault.inhibited().forEach(alert -> outcomes.add(awaitInhibited(alert, injected)));
        } catch (Exception | AssertionError e) {
            fail(fault.name() + " could not be injected: " + e);
        }
        Instant repairStart = Instant.now();
        if (byHand) {
            log(fault.name() + ": waiting for a repair by hand");
        } else {
            fault.repair().run();
            log("%s: repaired in %.0f s".formatted(fault.name(), seconds(repairStart, Instant.now())));
        }
        outcomes.forEach(outcome -> row(fault, outcome, injected, repairStart));
    }

    /// @param how the receiver of the notification, or the alert that inhibited it
    private record Outcome(String alert, String severity, Optional<Instant> fired, String how) {}

    private Outcome awaitNotified(String alert, Instant since) {
        boolean alertmanagerAway = alert.equals("AlertmanagerDown"); // Alertmanager cannot report its own absence
        Optional<Instant> fired = await(() -> alertmanagerAway
                ? stack.alerts.firingSince(alert)
                : stack.webhook.first(alert, true, since).map(AlertWebhook.Notice::at));
        Optional<AlertWebhook.Notice> notice = stack.webhook.first(alert, true, since);
        log("  " + alert + " "
                + fired.map(at -> "fires after %.0f s".formatted(seconds(since, at))).orElse("DOES NOT FIRE"));
        return new Outcome(alert, notice.map(AlertWebhook.Notice::severity).orElse("critical"), fired,
                alertmanagerAway
                        ? "shown by Prometheus only"
                        : notice.map(AlertWebhook.Notice::receiver).orElse("no receiver"));
    }

    private Outcome awaitInhibited(String alert, Instant since) {
        Optional<Instant> kept = await(() -> stack.alerts.first(alert, since).map(FiringAlerts.Inhibited::at));
        String how = stack.alerts.first(alert, since).map(it -> "inhibited by " + it.source()).orElse("no receiver")
                + stack.webhook.first(alert, true, since).map(it -> ", notified: " + it.receiver()).orElse("");
        log("  " + alert + " " + kept.map(at -> "fires after %.0f s, %s".formatted(seconds(since, at), how))
                .orElse("IS NOT INHIBITED"));
        return new Outcome(alert, stack.alerts.first(alert, since).map(FiringAlerts.Inhibited::severity).orElse("?"),
                kept, how);
    }

    private void row(DrillFault fault, Outcome outcome, Instant injected, Instant repairStart) {
        Optional<Instant> fired = outcome.fired();
        Optional<Instant> resolvedAt = fired.flatMap(at -> await(() -> resolved(outcome, at)));
        if (fired.isEmpty() || resolvedAt.isEmpty()) {
            fail("%s: %s %s".formatted(fault.name(), outcome.alert(),
                    fired.isEmpty() ? "did not fire" : "did not resolve"));
        } else {
            seen.add(outcome.alert());
        }
        log("  " + outcome.alert() + " "
                + resolvedAt.map(at -> "resolves %.0f s after the repair".formatted(seconds(repairStart, at)))
                        .orElse("DOES NOT RESOLVE"));
        rows.add("| %s | %s | %s | %s | %s | %s |".formatted(fault.name(), outcome.alert(), outcome.severity(),
                fired.map(at -> "%.0f".formatted(seconds(injected, at))).orElse("-"),
                resolvedAt.map(at -> "%.0f".formatted(Math.max(0, seconds(repairStart, at)))).orElse("-"),
                outcome.how()));
    }

    private Optional<Instant> resolved(Outcome outcome, Instant fired) {
        boolean notified = stack.webhook.first(outcome.alert(), true, began).filter(it -> !it.at().isAfter(fired))
                .isPresent()
                && !outcome.how().startsWith("inhibited");
        if (notified) {
            return stack.webhook.first(outcome.alert(), false, fired).map(AlertWebhook.Notice::at);
        }
        return stack.alerts.firing().contains(outcome.alert()) ? Optional.empty() : Optional.of(Instant.now());
    }

    private <T> Optional<T> await(Callable<Optional<T>> value) {
        try {
            return Await.until(limit, "an alert", value, Optional::isPresent);
        } catch (AssertionError _) {
            return Optional.empty();
        }
    }

    /// Waits until no alert fires, and reports the other alerts since the start of the round.
    private void settle(Instant since, List<DrillFault> faults) {
        try {
            Await.until(limit, "quiet",
                    () -> unexplained(stack.alerts.firing()).isEmpty() && unexplained(stack.webhook.open()).isEmpty());
        } catch (AssertionError _) {
            fail("still firing: " + stack.alerts.firing() + ", not reported as resolved: " + stack.webhook.open());
        }
        Set<String> all = stack.webhook.alertsSince(since);
        all.addAll(stack.alerts.alertsSince(since));
        Set<String> besides = new TreeSet<>(all);
        besides.removeIf(alert -> faults.stream()
                .anyMatch(fault -> fault.notified().contains(alert) || fault.inhibited().contains(alert)));
        Set<String> unexpected = new TreeSet<>(unexplained(besides));
        unexpected.removeIf(alert -> faults.stream().anyMatch(fault -> fault.explains(alert)));
        log("  other alerts: " + besides.stream().map(it -> stack.webhook.first(it, true, since)
                .map(notice -> it + " (notified after %.0f s)".formatted(seconds(since, notice.at())))
                .orElse(it + " (inhibited)")).toList());
        if (!unexpected.isEmpty()) {
            fail("unexpected in " + faults.stream().map(DrillFault::name).toList() + ": " + unexpected.stream()
                    .map(it -> it + stack.webhook.first(it, true, since).map(notice -> ": " + notice.summary())
                            .orElse(" (inhibited)"))
                    .toList());
        }
    }

    private static Set<String> unexplained(Set<String> alerts) {
        Set<String> others = new TreeSet<>(alerts);
        others.removeAll(BUDGETS);
        return others;
    }

    /// Prints the table.
    ///
    /// @return whether exactly the expected alerts fired
    boolean finish() {
        out.accept(
                "\n| fault | alert | severity | fires after s | resolves after s | receiver |\n"
                        + "|---|---|---|---:|---:|---|");
        rows.forEach(out);
        out.accept("\n%d alerts fired and resolved as expected, in %.0f s".formatted(seen.size(),
                seconds(began, Instant.now())));
        wrong.forEach(it -> out.accept("WRONG: " + it));
        return wrong.isEmpty();
    }

    private void fail(String what) {
        wrong.add(what);
        log("  WRONG: " + what);
    }

    private void log(String what) {
        out.accept("%4.0f %s".formatted(seconds(began, Instant.now()), what));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
