package com.fanfinity.analytics.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;

import com.fanfinity.analytics.local.ProjectDir;
import com.fanfinity.analytics.testing.ApiClient;
import com.fanfinity.analytics.testing.PersistentSender;
import com.fanfinity.analytics.testing.SharedData;
import com.fanfinity.analytics.testing.SharedData.RecordedMatch;
import com.fanfinity.analytics.testing.Stack;

/// `make screenshots`: recorded matches sent to a stack of its own, each up to another minute, and pictures of what the pages show of them in
/// `docs/screenshots`.
final class Screenshots {
    private static final String FINAL = "wyscout-2058017";
    private static final int BATCH = 500;
    private static final long SETTLE_MILLIS = 60_000;

    /// Parts of the other matches that are played, in the order of their ids.
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
        PlaywrightAssertions.setDefaultAssertionTimeout(SETTLE_MILLIS);
        Path program = Programs.find("chromium").orElseThrow(() -> new IOException("no chromium on the PATH; see `make tools`"));
        Path folder = ProjectDir.find().resolve("docs/screenshots");
        Files.createDirectories(folder);
        try (Chromium chromium = Chromium.start(program); Stack stack = Stack.start("screenshots")) {
            new Screenshots(stack, chromium, folder, System.out).run();
        }
        System.exit(0);
    }

    private void run() throws IOException {
        try (ApiClient api = stack.client()) {
            PersistentSender sender = new PersistentSender(api);
            int other = 0;
            for (RecordedMatch match : SharedData.matches()) {
                double part = match.truth().matchId().equals(FINAL) ? 0.8 : PLAYED.get(other++);
                send(sender, match.events().subList(0, (int) (part * match.events().size())));
            }
        }
        shoot("match-day", "/", "#live-list .card", Chromium.DESKTOP, ColorScheme.LIGHT);
        shoot("match", "/matches/" + FINAL, "#feed .goal", Chromium.DESKTOP, ColorScheme.LIGHT);
        shoot("match-dark", "/matches/" + FINAL, "#feed .goal", Chromium.DESKTOP, ColorScheme.DARK);
        shoot("match-phone", "/matches/" + FINAL, "#feed .goal", Chromium.PHONE, ColorScheme.LIGHT);
        shoot("pipeline", "/pipeline", "#threads .tasks li", Chromium.DESKTOP, ColorScheme.LIGHT);
    }

    private static void send(PersistentSender sender, List<String> events) {
        for (int from = 0; from < events.size(); from += BATCH) {
            sender.batch(events.subList(from, Math.min(from + BATCH, events.size())));
        }
    }

    private void shoot(String name, String path, String ready, int width, ColorScheme colours) throws IOException {
        Page page = chromium.open(stack.service().url() + path, width, colours);
        assertThat(page.locator(ready).first()).isVisible();
        assertThat(page.locator("#connection-label")).hasText("Live");
        page.waitForFunction(
                "() => document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations > 9)");
        Path file = folder.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        page.context().close();
        out.printf("%s  %d KB%n", file, Files.size(file) / 1_024);
    }
}
