package com.fanfinity.analytics.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import com.fanfinity.analytics.history.MatchOfAllKinds;
import com.fanfinity.analytics.lab.pages.Chromium;
import com.fanfinity.analytics.lab.pages.Palette;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.lab.verify.RecordedMatches.Truth;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.TestMatches;

/// The pages of a real service in a real browser.
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PagesIT extends BrowserPages {

    private static final String ALL_KINDS = "all-kinds";

    /// A client may send any name, including markup.
    private static final String HOSTILE = "<img src=x onerror=document.title='broken'>&amp;";

    @Test
    @Order(1)
    void matchDay_noMatches_showsCommandsToRun() {
        Page page = page("/");

        assertThat(by(page, "empty")).isVisible();
        assertThat(by(page, "empty")).containsText("make dev");
        assertThat(by(page, "empty")).containsText("make replay FILE=");
        assertThat(by(page, "empty")).containsText("curl " + service().url() + "/api/events");
        assertThat(by(page, "connection-label")).hasText("Live");
    }

    @Test
    @Order(2)
    void match_replayedWhileThePageIsOpen_showsTheFinalNumbers() {
        RecordedMatch match = TestMatches.synthetic();
        Truth truth = match.truth();
        Page day = page("/");
        Page page = page("/matches/" + truth.matchId());
        assertThat(by(page, "unknown")).isVisible();

        send(match.events());

        assertThat(by(page, "total")).hasText("1,090");
        assertThat(by(page, "clock")).hasText("Pens");
        assertThat(by(page, "home-name")).hasText("Brackwater Rovers");
        assertThat(by(page, "away-name")).hasText("Highmoor United");
        assertThat(by(page, "home-goals")).hasText(Long.toString(truth.score().getOrDefault(truth.homeTeamId(), -1L)));
        assertThat(by(page, "away-goals")).hasText(Long.toString(truth.score().getOrDefault(truth.awayTeamId(), -1L)));
        assertThat(page.locator("#feed .goal")).hasCount((int) truth.sheet().goals());
        assertThat(page.locator("#feed [data-type=yellow_card]"))
                .hasCount(Math.toIntExact(truth.eventsByType().getOrDefault("yellow_card", 0L)));
        assertThat(page.locator("#home-scorers li")).hasText(new String[]{"23′", "90+3′ pen"});
        assertThat(page.locator("#facts div").nth(2)).containsText(Long.toString(truth.peakCount()));
        assertThat(by(page, "events-chart")).hasAttribute("aria-label",
                Pattern.compile(".*Peak " + truth.peakCount() + " at 18:19.*"));
        for (String id : List.of("p50", "p95", "p99")) {
            assertThat(by(page, id)).hasText(Pattern.compile("[\\d,.]+ (ms|s|min)"));
        }
        truth.eventsByType().forEach((type, count) -> assertThat(totals(page, type)).hasText(Long.toString(count)));
        assertThat(versus(page, "All events")).hasText(new String[]{"526", "483"});
        minutesAddUp(page, truth);
        assertThat(day.locator("#ended-list .card")).containsText("Highmoor United");
    }

    private static Locator totals(Page page, String type) {
        String words = type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1).replace('_', ' ');
        return page.locator("#totals li")
                .filter(new Locator.FilterOptions().setHas(page.locator("span >> text=/^" + words + "$/")))
                .locator("b");
    }

    private static Locator versus(Page page, String what) {
        return page.locator("#versus tr").filter(new Locator.FilterOptions().setHasText(what)).locator("td");
    }

    /// Compares the sum of the minutes in the charts' table with the total.
    private static void minutesAddUp(Page page, Truth truth) {
        page.locator("#minutes-details summary").click();
        assertThat(page.locator("#minutes-body tr").first()).isVisible();
        Object sum = page.locator("#minutes-body tr td:nth-child(3)").evaluateAll(
                "cells => cells.reduce((sum, cell) => sum + Number(cell.textContent), 0)");
        assertEquals(truth.totalEvents(), ((Number) sum).longValue());
    }

    @Test
    @Order(3)
    void goal_postedAndRetracted_isShownAnnouncedAndStruckOut() {
        String match = "goal-" + UUID.randomUUID();
        send(List.of(kickOff(match).json(), event(match, "period_start", 2).metadata("{\"period\":\"1H\"}").json()));
        Page day = page("/");
        Page page = page("/matches/" + match);
        assertThat(by(page, "home-name")).hasText(HOSTILE);
        assertThat(by(page, "clock")).hasText("1′");
        assertThat(page.locator("#feed li")).hasCount(2);

        EventJson goal = event(match, "goal", 3).team("h").at("2026-11-21T12:03:10.000Z");
        send(List.of(goal.json()));

        assertThat(by(page, "home-goals")).hasText("1");
        assertThat(by(page, "announcements"))
                .containsText("Goal, " + HOSTILE + ", 4th minute. " + HOSTILE + " 1, Lions 0.");
        assertThat(by(page, "clock")).hasText("4′");
        assertThat(day.locator("#live-list .card .home .goals")).hasText("1");
        assertThat(by(day, "announcements")).containsText("Goal for " + HOSTILE);
        assertThat(page.locator("#feed .goal:not(.retracted) .after")).hasText("1–0");

        send(List.of(event(match, "retraction", 4).at("2026-11-21T12:04:00.000Z")
                .metadata("{\"eventId\":\"" + goal.eventId() + "\",\"reason\":\"offside\"}").json()));

        assertThat(page.locator("#feed .goal.retracted")).containsText("Taken back: offside");
        assertThat(page.locator("#feed .goal.retracted .what")).hasCSS("text-decoration-line", "line-through");
        assertThat(by(page, "home-goals")).hasText("0");
        assertThat(page.locator("#home-scorers s")).hasText("4′");
        assertThat(by(page, "announcements")).containsText("Taken back: goal.");
        assertThat(page).not().hasTitle("broken");
        assertEquals(0, page.locator("main img").count(), "markup in a name stays text");
    }

    @Test
    @Order(4)
    void match_unknown_showsANotice() {
        Page page = page("/matches/no-such-match");

        assertThat(by(page, "unknown")).isVisible();
        assertThat(by(page, "unknown-id")).hasText("no-such-match");
        assertThat(by(page, "match")).isHidden();
    }

    @Test
    @Order(5)
    void pipeline_running_showsAllPanels() {
        Page page = page("/pipeline");

        assertThat(page.locator("#topology .node")).not().hasCount(0);
        assertThat(page.locator("#topology .node").filter(new Locator.FilterOptions().setHasText("dedupe")))
                .isVisible();
        assertThat(page.locator("#topology .rate").filter(new Locator.FilterOptions().setHasText("/s")).first())
                .isVisible();
        assertThat(page.locator("#threads .tasks li")).hasCount(Integer.parseInt(Stack.FEW));
        assertThat(by(page, "streams-status")).hasText("running");
        assertThat(by(page, "ledger-status")).hasText("balanced");
        assertThat(page.locator("#sink li")).hasCount(4);
        assertThat(page.locator("#dead li").first()).isVisible();
        assertThat(page.locator("#stores li").filter(new Locator.FilterOptions().setHasText("match-stats")))
                .containsText("current");
        assertThat(page.locator("#roles .badge")).hasCount(4);
    }

    @Test
    @Order(6)
    void pages_phone_fitTheScreenWidth() {
        send(MatchOfAllKinds.events(ALL_KINDS));
        for (Map.Entry<String, String> one : READY.entrySet()) {
            Page page = page(one.getKey(), Chromium.PHONE, Palette.LIGHT);
            assertThat(page.locator(one.getValue()).first()).isVisible();

            assertEquals(0, overflow(page), one.getKey());
        }
    }

    /// An element of each page that appears when its main content is loaded.
    private static final Map<String, String> READY = Map.of("/", ".card", "/matches/" + ALL_KINDS, "#feed li",
            "/pipeline",
            "#threads .tasks li",
            "/matches/no-such-match", "#unknown");

    @Test
    @Order(7)
    void pages_lightAndDark_passTheAccessibilityCheck() {
        send(MatchOfAllKinds.events(ALL_KINDS));
        for (Palette palette : List.of(Palette.LIGHT, Palette.DARK)) {
            for (Map.Entry<String, String> one : READY.entrySet()) {
                Page page = page(one.getKey(), palette == Palette.LIGHT ? Chromium.DESKTOP : Chromium.PHONE,
                        palette);
                assertThat(page.locator(one.getValue()).first()).isVisible();
                assertThat(by(page, "loading").or(page.locator("#topology svg"))).not().hasCount(0);

                assertEquals(List.of(), Chromium.accessibility(page), one.getKey() + " " + palette);
            }
        }
    }

    @Test
    @Order(8)
    void colours_chosen_stayForTheNextPage() {
        Page page = page("/");
        page.locator("#theme").click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");

        page.navigate(service().url() + "/pipeline");

        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        assertThat(page.locator("#theme")).hasAttribute("aria-pressed", "true");
    }

    @Test
    @Order(9)
    void service_restarted_openPageShowsANoticeAndRecovers() throws IOException, InterruptedException {
        String match = "restart-" + UUID.randomUUID();
        send(List.of(kickOff(match).json()));
        Page page = page("/matches/" + match);
        Page pipeline = page("/pipeline");
        assertThat(by(page, "connection-label")).hasText("Live");
        assertThat(by(pipeline, "sink-status")).not().hasText("");
        Page phone = page("/", Chromium.PHONE, Palette.LIGHT);
        assertThat(phone.locator(".card").first()).isVisible();

        service().kill();

        assertThat(by(page, "connection-label")).hasText("Reconnecting");
        assertThat(by(page, "old")).containsText("No connection to the service. This page shows data from");
        assertThat(by(phone, "connection-label")).hasText("Reconnecting");
        assertEquals(0, overflow(phone));
        assertEquals(true,
                phone.locator("#connection-label").evaluate("(label) => label.getClientRects().length === 1"),
                "the label has one line");
        for (String panel : List.of("sink-status", "ledger-status", "streams-status")) {
            assertThat(by(pipeline, panel)).hasText("unknown");
        }
        assertThat(pipeline.locator("#kpis dd").filter(new Locator.FilterOptions().setHasText("–"))).hasCount(8);
        assertThat(pipeline.locator("#roles .badge").first()).containsText("unknown");
        service().restart();
        send(List.of(event(match, "goal", 3).team("a").json()));
        LocatorAssertions.HasTextOptions longer = new LocatorAssertions.HasTextOptions().setTimeout(60_000);
        assertThat(by(page, "away-goals")).hasText("1", longer);
        assertThat(by(page, "connection-label")).hasText("Live", longer);
        assertThat(by(page, "old")).isHidden();
        assertThat(by(pipeline, "sink-status")).not().hasText("unknown", longer);
        assertTrue(page.locator("#feed li").count() >= 1);
    }

    @Test
    @Order(10)
    void match_oneEventWithAWrongClock_leavesClockAndCharts() {
        String match = "ahead-" + UUID.randomUUID();
        List<String> events = new ArrayList<>(List.of(kickOff(match).json(),
                event(match, "period_start", 2).metadata("{\"period\":\"1H\"}").json()));
        for (int i = 0; i < 36; i++) {
            events.add(event(match, "pass", 100 + i).team("h").at("2026-11-21T12:0%d:10.000Z".formatted(1 + i / 12))
                    .json());
        }
        send(events);
        Page day = page("/");
        Page page = page("/matches/" + match);
        assertThat(by(page, "clock")).hasText("4′");

        send(List.of(event(match, "pass", 200).team("a").at("2026-11-22T08:00:00.000Z").json()));

        assertThat(by(page, "total")).hasText("39");
        assertThat(by(page, "events-chart")).hasAttribute("aria-label", Pattern.compile("Chart of 4 minutes, 39 .*"));
        assertThat(by(page, "clock")).hasText("4′");
        assertThat(page.locator("#facts div").first()).containsText("12");
        Locator card = day.locator("#live-list .card").filter(
                new Locator.FilterOptions().setHas(day.locator("a[href='/matches/" + match + "']")));
        assertThat(card).containsText("4′");
    }

    @Test
    @Order(11)
    void match_noMatchStart_showsTheTeamsInOneOrderWhicheverCameFirst() {
        for (List<String> order : List.of(List.of("goal", "throw_in"), List.of("throw_in", "goal"))) {
            String match = "no-start-" + UUID.randomUUID();
            Page page = page("/matches/" + match);
            for (String type : order) {
                send(List.of(event(match, type, type.length()).team(type.equals("goal") ? "leeds" : "derby").json()));
            }

            assertThat(by(page, "home-name")).hasText("Team derby");
            assertThat(by(page, "away-name")).hasText("Team leeds");
            assertThat(by(page, "home-goals")).hasText("0");
            assertThat(by(page, "away-goals")).hasText("1");
        }
    }

    private static EventJson kickOff(String match) {
        return kickOff(match, HOSTILE, "Lions");
    }
}
