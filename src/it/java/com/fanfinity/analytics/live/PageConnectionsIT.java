package com.fanfinity.analytics.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import com.fanfinity.analytics.lab.pages.Chromium;
import com.fanfinity.analytics.lab.pages.Palette;
import com.fanfinity.analytics.lab.pages.Tabs;
import com.fanfinity.analytics.stack.Await;

/// The pages share the connections of their browser: over HTTP/1.1 it opens at most six to one service.
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageConnectionsIT extends BrowserPages {

    private static final int MANY = 10;

    private static final Pattern VIEWERS = Pattern.compile("(?m)^live_viewers (\\S+)$");

    /// The number of the next event of each match.
    private long number = 1;

    @BeforeAll
    static void matches() {
        send(IntStream.rangeClosed(0, MANY).mapToObj(i -> kickOff("m" + i, "Home " + i, "Lions").json()).toList());
    }

    /// First, because it counts the viewers, and the service counts those of earlier tests for a while.
    @Test
    @Order(1)
    void tabs_openedBehindAnother_getTheirDataWithoutAStream() throws IOException, InterruptedException {
        try (Tabs tabs = chromium().tabs()) {
            String front = tabs.open(url(0));
            awaitTitle(tabs, front, "Home 0 ");
            List<String> behind = new ArrayList<>();
            for (int i = 1; i <= MANY; i++) {
                behind.add(tabs.openBehind(url(i)));
            }

            for (int i = 1; i <= MANY; i++) {
                awaitTitle(tabs, behind.get(i - 1), "Home " + i + " ");
            }
            assertEquals(1, viewers(), "the tab in front has the only stream");
            goal(0);
            awaitTitle(tabs, front, "Home 0 1–");

            goal(MANY);
            tabs.activate(behind.getLast());

            awaitTitle(tabs, behind.getLast(), "Home " + MANY + " 1–");
            // The service notices a closed connection when it writes to it.
            Await.until(SEEN_WITHIN, "the other tab has closed its stream", () -> {
                goal(0);
                return viewers() == 1;
            });
            goal(MANY);
            awaitTitle(tabs, behind.getLast(), "Home " + MANY + " 2–");
        }
    }

    @Test
    @Order(2)
    void windows_twoVisible_bothFollow() {
        try (Tabs tabs = chromium().tabs()) {
            String first = tabs.open(url(1));
            String second = tabs.openWindow(url(2));
            awaitTitle(tabs, first, "Home 1 0–");
            awaitTitle(tabs, second, "Home 2 0–");

            for (int score = 1; score <= 2; score++) {
                goal(1);
                goal(2);
                awaitTitle(tabs, first, "Home 1 " + score + "–");
                awaitTitle(tabs, second, "Home 2 " + score + "–");
            }
        }
    }

    @Test
    @Order(3)
    void windows_moreVisibleThanConnections_takeTurns() throws IOException, InterruptedException {
        BrowserContext context = context(Chromium.DESKTOP, Palette.LIGHT);
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            pages.add(page("/matches/m3", context));
        }
        for (int score = 1; score <= 3; score++) {
            goal(3);
            for (Page page : pages) {
                assertThat(by(page, "home-goals")).hasText(Integer.toString(score));
            }
        }

        assertEquals(200, pages.getLast().evaluate("async () => (await fetch('/api/matches')).status"));
    }

    private static String url(int match) {
        return service().url() + "/matches/m" + match;
    }

    private void goal(int match) {
        number++;
        send(List.of(event("m" + match, "goal", number).team("h").json()));
    }

    private static void awaitTitle(Tabs tabs, String tab, String start) {
        Await.until(SEEN_WITHIN, "a title that starts with " + start, () -> tabs.title(tab),
                title -> title.startsWith(start));
    }

    private static int viewers() throws IOException, InterruptedException {
        Matcher found = VIEWERS.matcher(api().get("/metrics").body());
        return found.find() ? (int) Double.parseDouble(found.group(1)) : -1;
    }
}
