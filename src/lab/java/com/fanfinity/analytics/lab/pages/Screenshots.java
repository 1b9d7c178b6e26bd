package com.fanfinity.analytics.lab.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;

import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.lab.verify.RecordedMatches;
import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.PathLookup;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// `make screenshots`: sends recorded matches to a separate stack, each up to another minute, and writes screenshots of
/// the pages to `docs/screenshots`.
final class Screenshots {
    private static final String FINAL = "wyscout-2058017";
    private static final int BATCH = 500;
    private static final Duration SETTLE = Duration.ofSeconds(60);

    /// The goals in the sent part of the final.
    private static final int GOALS = 6;

    /// The number of events in each step of the screenshots of the pipeline page.
    private static final int TRICKLE = 20;
    private static final long TRICKLE_MILLIS = 250;

    /// The sent parts of the other matches, in the order of their ids.
    private static final List<Double> PLAYED = List.of(0.62, 0.31, 1.0, 0.93, 0.78);

    private final Stack stack;
    private final Chromium chromium;
    private final Path folder;
    private final PrintStream out;

    private Screenshots(Stack stack, Chromium chromium, Path folder, PrintStream out) {
        this.stack = stack;
        this.chromium = chromium;
        this.folder = folder;
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        PlaywrightAssertions.setDefaultAssertionTimeout((double) SETTLE.toMillis());
        Path program = PathLookup.find("chromium")
                .orElseThrow(() -> new IOException("There is no chromium on the PATH. `make tools` installs it."));
        Path folder = ProjectDir.find().resolve("docs/screenshots");
        Files.createDirectories(folder);
        try (Chromium chromium = Chromium.start(program); Stack stack = Stack.start("screenshots")) {
            new Screenshots(stack, chromium, folder, System.out).run();
        }
        System.exit(0);
    }

    private void run() throws IOException {
        List<String> rest = new ArrayList<>();
        try (ApiClient api = stack.client()) {
            PersistentSender sender = new PersistentSender(api);
            int other = 0;
            for (RecordedMatch match : RecordedMatches.find()) {
                boolean isFinal = match.truth().matchId().equals(FINAL);
                int played = (int) ((isFinal ? 0.8 : PLAYED.get(other++)) * match.events().size());
                send(sender, match.events().subList(0, played));
                rest.addAll(isFinal ? List.of() : match.events().subList(played, match.events().size()));
                awaitCounted(api, match.truth().matchId(), played);
            }
            shoot("match-day", "/", page -> assertThat(page.locator(".card")).hasCount(PLAYED.size() + 1),
                    Chromium.DESKTOP,
                    Palette.LIGHT);
            Consumer<Page> goals = page -> assertThat(page.locator("#feed .goal")).hasCount(GOALS);
            shoot("match", "/matches/" + FINAL, goals, Chromium.DESKTOP, Palette.LIGHT);
            shoot("match-dark", "/matches/" + FINAL, goals, Chromium.DESKTOP, Palette.DARK);
            shoot("match-phone", "/matches/" + FINAL, goals, Chromium.PHONE, Palette.LIGHT);
            try (var trickle = Executors.newSingleThreadScheduledExecutor()) {
                Iterator<String> left = rest.iterator();
                var _ = trickle.scheduleAtFixedRate(() -> send(sender, next(left)), 0, TRICKLE_MILLIS,
                        TimeUnit.MILLISECONDS);
                shoot("pipeline", "/pipeline", page -> assertThat(page.locator(".edge.flows")).not().hasCount(0),
                        Chromium.DESKTOP,
                        Palette.LIGHT);
                trickle.shutdownNow();
            }
        }
    }

    private static List<String> next(Iterator<String> left) {
        List<String> some = new ArrayList<>();
        while (left.hasNext() && some.size() < TRICKLE) {
            some.add(left.next());
        }
        return some;
    }

    private static void awaitCounted(ApiClient api, String matchId, int events) {
        Await.until(SETTLE, matchId + " is counted", () -> api.get("/api/matches/" + matchId + "/metrics").json(),
                metrics -> metrics.path("totalEvents").asLong() >= events);
    }

    private static void send(PersistentSender sender, List<String> events) {
        for (int from = 0; from < events.size(); from += BATCH) {
            sender.batch(events.subList(from, Math.min(from + BATCH, events.size())));
        }
    }

    private void shoot(String name, String path, Consumer<Page> ready, int width, Palette palette)
            throws IOException {
        Page page = chromium.open(stack.service().url() + path, width, palette);
        ready.accept(page);
        assertThat(page.locator("#connection-label")).hasText("Live");
        page.waitForFunction(
                "() => document.getAnimations().every((one) => one.playState !== 'running' || "
                        + "one.effect.getTiming().iterations > 9)");
        Path file = folder.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        page.context().close();
        out.printf("%s  %d KB%n", file, Files.size(file) / 1_024);
    }
}
