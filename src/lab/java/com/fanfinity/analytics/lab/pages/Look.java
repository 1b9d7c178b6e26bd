package com.fanfinity.analytics.lab.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.PathLookup;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// `make look`: sends matches with names that are hard to show, and writes a picture of each page, in each width and
/// palette, to `target/look`. A person looks at them after a change of the pages.
final class Look {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    /// The pages by the names of their pictures, each with the path and an element that appears when it has its data.
    private static final Map<String, List<String>> PAGES = new LinkedHashMap<>();

    private static final Map<String, List<String>> MATCHES = Map.of(
            "short", HardNames.events("short", HardNames.DESCENDERS, HardNames.RIGHT_TO_LEFT),
            "long", HardNames.events("long", HardNames.LONG, HardNames.LONG_WORD),
            "ended", withEnd("ended", HardNames.events("ended", HardNames.RIGHT_TO_LEFT, HardNames.DESCENDERS)),
            "nameless", List.of(EventJson.of("nameless", "goal", 1).team("leeds").json()));

    static {
        PAGES.put("day", List.of("/", ".card .running"));
        PAGES.put("short", List.of("/matches/short", "#feed .goal"));
        PAGES.put("long", List.of("/matches/long", "#feed .goal"));
        PAGES.put("ended", List.of("/matches/ended", "#feed .goal"));
        PAGES.put("nameless", List.of("/matches/nameless", "#feed .goal"));
        PAGES.put("pipeline", List.of("/pipeline", "#threads .tasks li"));
    }

    private Look() {}

    private static List<String> withEnd(String match, List<String> events) {
        return Stream.concat(events.stream(), Stream.of(HardNames.end(match))).toList();
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        PlaywrightAssertions.setDefaultAssertionTimeout((double) SETTLE.toMillis());
        Path program = PathLookup.find("chromium")
                .orElseThrow(() -> new IOException("There is no chromium on the PATH. `make tools` installs it."));
        Path folder = ProjectDir.find().resolve("target/look");
        Files.createDirectories(folder);
        try (Chromium chromium = Chromium.start(program); Stack stack = Stack.start("look")) {
            try (ApiClient api = stack.client()) {
                PersistentSender sender = new PersistentSender(api);
                for (Map.Entry<String, List<String>> match : MATCHES.entrySet()) {
                    sender.batch(match.getValue());
                    awaitCounted(api, match.getKey(), match.getValue().size());
                }
            }
            shoot(chromium, stack.service().url(), folder, System.out);
        }
        System.exit(0);
    }

    private static void awaitCounted(ApiClient api, String match, int events) {
        Await.until(SETTLE, match + " is counted", () -> api.get("/api/matches/" + match + "/metrics").json(),
                metrics -> metrics.path("totalEvents").asInt() == events);
    }

    private static void shoot(Chromium chromium, String url, Path folder, PrintStream out) throws IOException {
        for (Map.Entry<String, List<String>> one : PAGES.entrySet()) {
            for (int width : List.of(Chromium.PHONE, Chromium.WIDE)) {
                for (Palette palette : Palette.values()) {
                    Page page = chromium.open(url + one.getValue().getFirst(), width, palette);
                    assertThat(page.locator(one.getValue().getLast()).first()).isVisible();
                    Path file = folder.resolve(one.getKey() + "-" + width + "-" + palette.label() + ".png");
                    page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
                    page.context().close();
                    out.println(file);
                }
            }
        }
    }
}
