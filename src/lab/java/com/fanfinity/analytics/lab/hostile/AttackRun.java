package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import com.fanfinity.analytics.stack.Await;

/// Runs one attack, and checks the rules that are common to all: the process lives, its heap returns to its size, the
/// probes are answered, and other clients are served.
public final class AttackRun {

    private static final Duration CALM_WITHIN = Duration.ofSeconds(30);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
    private static final double MOST_GROWTH_MIB = 32;

    private AttackRun() {}

    /// Runs the attack, and adds its verdict to `verdicts.txt` beside the logs.
    ///
    /// @return the verdict; the process may be dead
    public static Verdict of(Target target, Attack attack) throws IOException, InterruptedException {
        Verdict verdict = verdict(target, attack);
        Files.write(target.directory().resolve("verdicts.txt"), verdict.lines(), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return verdict;
    }

    private static Verdict verdict(Target target, Attack attack) throws IOException, InterruptedException {
        Findings findings = new Findings(attack.name());
        target.revive();
        attack.prepare(target);
        long pid = target.pid();
        Resources before = target.resources();
        long began = System.nanoTime();
        try (Bystander bystander = new Bystander(target.address())) {
            strike(target, attack, findings);
            bystander.judge(attack.tolerance(), findings);
        }
        findings.figure("%.1f s", (System.nanoTime() - began) / 1e9);
        if (!target.isAlive()) {
            findings.require(false, "the process %d ended: %s", pid, lastWords(target));
            return findings.verdict();
        }
        recovered(target, before, findings);
        return findings.verdict();
    }

    private static void strike(Target target, Attack attack, Findings findings) throws InterruptedException {
        try {
            attack.strike(target, findings);
        } catch (IOException | AssertionError e) {
            findings.require(false, "the attack ended early: %s", e.toString().lines().findFirst().orElse(""));
        }
    }

    /// The connections of an attack end some time after their clients, so the first measurement may be too early.
    private static void recovered(Target target, Resources before, Findings findings)
            throws IOException, InterruptedException {
        try {
            Resources after = Await.until(CALM_WITHIN, "the heap is as before", target::resources,
                    now -> now.heapMib() - before.heapMib() <= MOST_GROWTH_MIB);
            findings.figure("heap after collection %.0f MiB, before %.0f; direct %.1f MiB, before %.1f; threads %d, "
                    + "before %d; files %d, before %d", after.heapMib(), before.heapMib(), after.directMib(),
                    before.directMib(), after.threads(), before.threads(), after.files(), before.files());
        } catch (AssertionError e) {
            findings.require(false, "heap before %.0f MiB; %s", before.heapMib(), String.valueOf(e.getMessage()));
        }
        findings.require(isReady(target.address()), "not ready after the attack");
    }

    private static boolean isReady(InetSocketAddress address) {
        try {
            Await.until(CALM_WITHIN, "ready",
                    () -> RawHttp.once(address, RawHttp.get("/health/ready"), PROBE_LIMIT).status() == 200);
            return true;
        } catch (AssertionError _) {
            return false;
        }
    }

    private static String lastWords(Target target) throws IOException {
        return Files.readAllLines(target.directory().resolve("service.log")).reversed().stream()
                .filter(line -> line.contains("OutOfMemory") || line.contains("Terminating")).findFirst()
                .orElse("no OutOfMemoryError in its log");
    }
}
