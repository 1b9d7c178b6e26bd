package com.fanfinity.analytics.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

import com.fanfinity.analytics.lab.pages.Chromium;
import com.fanfinity.analytics.lab.pages.Palette;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.Requirements;

/// The fixture of tests of the pages: a real service in a real browser.
abstract class BrowserPages {

    static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

    private static final int BATCH = 500;

    private static Stack stack;
    private static ApiClient api;
    private static Chromium chromium;

    private final List<BrowserContext> open = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        chromium = Chromium.start(Requirements.program("chromium"));
        PlaywrightAssertions.setDefaultAssertionTimeout((double) SEEN_WITHIN.toMillis());
        stack = Stack.start("pages", Map.of("KAFKA_PARTITIONS", Stack.FEW));
        api = stack.client();
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
            stack.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void complaints() {
        open.forEach(BrowserContext::close);
        assertEquals(List.of(), chromium.complaints(), "errors in the browser consoles");
    }

    static ServiceProcess service() {
        return stack.service();
    }

    static ApiClient api() {
        return api;
    }

    static Chromium chromium() {
        return chromium;
    }

    Page page(String path) {
        return page(path, Chromium.DESKTOP, Palette.LIGHT);
    }

    Page page(String path, int width, Palette palette) {
        return page(path, context(width, palette));
    }

    Page page(String path, BrowserContext context) {
        return chromium.openIn(context, service().url() + path);
    }

    /// Closed at the end of the test.
    BrowserContext context(int width, Palette palette) {
        BrowserContext context = chromium.context(width, palette);
        open.add(context);
        return context;
    }

    static Locator by(Page page, String id) {
        return page.locator("#" + id);
    }

    /// The pixels by which a page is wider than the screen.
    static Object overflow(Page page) {
        return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    static EventJson event(String match, String type, long number) {
        return EventJson.of(match, type, number);
    }

    /// A `match_start` with both teams.
    static EventJson kickOff(String match, String home, String away) {
        return event(match, "match_start", 1)
                .metadata("{\"homeTeamId\":\"h\",\"awayTeamId\":\"a\",\"homeTeam\":\"" + home
                        + "\",\"awayTeam\":\"" + away + "\",\"competition\":\"Cup\"}");
    }

    static void send(List<String> events) {
        PersistentSender sender = new PersistentSender(api);
        for (int from = 0; from < events.size(); from += BATCH) {
            sender.batch(events.subList(from, Math.min(from + BATCH, events.size())));
        }
    }
}
