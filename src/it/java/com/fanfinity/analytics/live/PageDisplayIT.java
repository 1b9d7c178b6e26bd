package com.fanfinity.analytics.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.lab.pages.Chromium;
import com.fanfinity.analytics.lab.pages.HardNames;
import com.fanfinity.analytics.lab.pages.Palette;

/// What readers see: names, colours, order and clocks.
@Tag("slow")
class PageDisplayIT extends BrowserPages {

    /// Names that are cut: their element, or one around it that hides what exceeds it, is smaller than its content.
    private static final String CUT = """
            () => [...document.querySelectorAll('main *')]
              .filter((node) => node.checkVisibility() && node.clientHeight > 0
                && !node.closest('.hidden-text, .chart, .scroll, .feed:not(.feed *)')
                && (node.querySelector(':scope > bdi') || getComputedStyle(node).overflowY !== 'visible')
                && (node.scrollHeight > node.clientHeight || node.scrollWidth > node.clientWidth))
              .map((node) => `${node.tagName} ${node.id}.${node.className}: `
                + `${node.scrollWidth}x${node.scrollHeight} in `
                + `${node.clientWidth}x${node.clientHeight}`)""";

    /// Texts with one of the names outside of an isolating element.
    private static final String NOT_ISOLATED = """
            (names) => {
              const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
              const found = [];
              while (texts.nextNode()) {
                const { data, parentElement } = texts.currentNode;
                if (names.some((name) => data.includes(name)) && !parentElement.closest('bdi, .hidden-text')) {
                  found.push(data);
                }
              }
              return found;
            }""";

    /// Colours of the chart: in its break, and of all pixels; and those of the system.
    private static final String CHART_COLOURS = """
            () => {
              const canvas = document.querySelector('#events-chart canvas');
              const { width, height } = canvas;
              const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
              const pixel = (x, y) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)];
              const own = (name) => {
                const probe = document.body.appendChild(document.createElement('i'));
                probe.style.color = name;
                const rgb = getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map(Number);
                probe.remove();
                return rgb;
              };
              const all = new Set();
              for (let y = 0; y < height; y += 2) {
                for (let x = 0; x < width; x++) {
                  if (data[4 * (y * width + x) + 3] === 255) all.add(pixel(x, y).join());
                }
              }
              const inBreak = Math.round((38 + (width / devicePixelRatio - 48) * 37.5 / 110) * devicePixelRatio);
              return { pause: pixel(inBreak, Math.round(height / 2)), ink: own('CanvasText'), surface: own('Canvas'),
                colours: all.size };
            }""";

    /// The colours of the marks above the bars: whether they contain each team's colour.
    private static final String MARKS = """
            () => {
              const canvas = document.querySelector('#events-chart canvas');
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, 30 * devicePixelRatio);
              const pixels = new Set();
              for (let i = 0; i < data.length; i += 4) pixels.add(`rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`);
              const probe = document.body.appendChild(document.createElement('i'));
              const found = ['home', 'away'].filter((team) => {
                probe.style.color = `var(--${team})`;
                return pixels.has(getComputedStyle(probe).color);
              });
              probe.remove();
              return found;
            }""";

    @ParameterizedTest
    @ValueSource(ints = {Chromium.PHONE, Chromium.WIDE})
    void names_hard_areShownWholeAndIsolated(int width) {
        showsNames(width, HardNames.DESCENDERS, HardNames.RIGHT_TO_LEFT);
        showsNames(width, HardNames.LONG, HardNames.LONG_WORD);
    }

    private void showsNames(int width, String home, String away) {
        String match = "names-" + UUID.randomUUID();
        send(HardNames.events(match, home, away));
        Page page = page("/matches/" + match, width, Palette.LIGHT);
        Page day = page("/", width, Palette.LIGHT);
        assertThat(by(page, "home-name")).hasText(home);
        assertThat(by(page, "away-name")).hasText(away);
        assertThat(page.locator("#feed .goal")).hasCount(4);
        assertThat(by(page, "readout")).containsText(away);
        Locator card = day.locator(".card").filter(new Locator.FilterOptions().setHasText(away)).first();
        card.scrollIntoViewIfNeeded();
        assertThat(card.locator(".home .name")).hasText(home);

        for (Page one : List.of(page, day)) {
            assertEquals(List.of(), one.evaluate(CUT));
            assertEquals(List.of(), one.evaluate(NOT_ISOLATED, List.of(home, away, "محمد الشناوي", "Nagy György")));
            assertEquals(0, overflow(one));
        }
        assertThat(page).hasTitle(Pattern.compile(".*\\d–\\d.*"));
        assertEquals(away.equals(HardNames.RIGHT_TO_LEFT), page.title().contains("\u2068" + away + "\u2069"));
        page.context().close();
        day.context().close();
    }

    @ParameterizedTest
    @EnumSource(value = Palette.class, names = {"FORCED", "FORCED_DARK"})
    void forcedColours_chart_keepsItsColoursAndALightBreak(Palette palette) {
        String match = "forced-" + UUID.randomUUID();
        send(HardNames.events(match, "Hungary", "Lions"));
        Page page = page("/matches/" + match, Chromium.WIDE, palette);
        assertThat(page.locator("#feed .goal")).hasCount(4);
        assertThat(by(page, "events-chart")).hasAttribute("aria-label", Pattern.compile(".*Peak.*"));

        Map<?, ?> colours = (Map<?, ?>) page.evaluate(CHART_COLOURS);

        Object pause = requireNonNull(colours.get("pause"));
        int toInk = distance(pause, requireNonNull(colours.get("ink")));
        int toSurface = distance(pause, requireNonNull(colours.get("surface")));
        assertTrue(toSurface > 0 && toSurface < toInk / 2, "the break is a faint shade: " + colours);
        assertTrue(((Number) requireNonNull(colours.get("colours"))).intValue() >= 8, "the marks differ: " + colours);
        for (String mark : List.of("#versus .home", "#totals .track i", ".connection .dot")) {
            assertNotEquals(rgb(page.locator("main"), "Canvas"), background(page.locator(mark).last()), mark);
        }
    }

    private static Object background(Locator node) {
        return node.evaluate("(node) => getComputedStyle(node).backgroundColor");
    }

    private static Object rgb(Locator node, String colour) {
        return node.evaluate("(node, colour) => { node.style.outlineColor = colour; "
                + "return getComputedStyle(node).outlineColor }", colour);
    }

    private static int distance(Object one, Object other) {
        int sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += Math
                    .abs(((Number) ((List<?>) one).get(i)).intValue() - ((Number) ((List<?>) other).get(i)).intValue());
        }
        return sum;
    }

    @Test
    void ownGoal_everywhere_hasTheColourOfTheTeamThatGetsIt() {
        String match = "own-goal-" + UUID.randomUUID();
        send(List.of(kickOff(match, "Hungary", "Lions").json(), event(match, "own_goal", 2).team("a").json(),
                event(match, "reaction", 3).json()));
        Page page = page("/matches/" + match);
        assertThat(by(page, "home-goals")).hasText("1");

        assertThat(page.locator("#feed [data-type=own_goal]")).hasClass(Pattern.compile("\\bhome\\b"));
        assertThat(page.locator("#feed [data-type=own_goal] .details")).hasText("Lions");
        assertThat(page.locator("#lifts li")).hasClass(Pattern.compile("\\bhome\\b"));
        assertThat(page.locator("#home-scorers li")).containsText("own goal");
        assertEquals(List.of("home"), page.evaluate(MARKS));
    }

    @Test
    void moments_withTheSameTime_teamsAreAnnouncedBeforeTheKickOff() {
        String match = "order-" + UUID.randomUUID();
        send(HardNames.events(match, "Hungary", "Lions").subList(0, 2));

        assertThat(page("/matches/" + match).locator("#feed .what"))
                .hasText(new String[]{"Kick-off", "Teams announced"});
    }

    @Test
    void clockAndReadout_kickOffWithinAMinute_agree() {
        String match = "clock-" + UUID.randomUUID();
        send(HardNames.events(match, "Hungary", "Lions"));
        Page page = page("/matches/" + match);

        assertThat(by(page, "clock")).hasText("75′");
        assertThat(by(page, "readout")).containsText(Pattern.compile("^75′ \\(13:15\\)"));
        assertThat(page.locator("#feed .goal .minute").first()).hasText("75′");
    }

    @Test
    void endedMatch_pages_doNotCallItLive() {
        String match = "ended-" + UUID.randomUUID();
        String home = "Ended " + match.substring(6, 12);
        send(HardNames.events(match, home, "Lions"));
        Page page = page("/matches/" + match);
        assertThat(by(page, "connection-label")).hasText("Live");

        send(List.of(HardNames.end(match)));

        assertThat(by(page, "clock")).hasText("FT");
        assertThat(by(page, "connection-label")).hasText("Connected");
        assertThat(page.locator("body")).not().containsText(Pattern.compile("\\blive\\b", Pattern.CASE_INSENSITIVE));
        Page day = page("/");
        Locator card = day.locator("#ended-list .card").filter(new Locator.FilterOptions().setHasText(home));
        assertThat(card.locator(".clock")).hasText("FT");
        assertThat(card).not().containsText(Pattern.compile("\\blive\\b", Pattern.CASE_INSENSITIVE));
    }

    @Test
    void liveMatch_threeMinutesWithoutData_saysSinceWhen() {
        String match = "quiet-" + UUID.randomUUID();
        String home = "Quiet " + match.substring(6, 12);
        send(HardNames.events(match, home, "Lions"));
        BrowserContext context = context(Chromium.WIDE, Palette.LIGHT);
        context.clock().install();
        Page page = page("/matches/" + match, context);
        Page day = page("/", context);
        Locator card = day.locator("#live-list .card").filter(new Locator.FilterOptions().setHasText(home));
        assertThat(by(page, "clock")).hasText("75′");
        assertThat(card.locator(".clock")).hasText("75′");
        assertThat(by(page, "quiet")).hasText("");

        context.clock().fastForward("03:30");

        assertThat(by(page, "quiet")).hasText(Pattern.compile("no data since \\d\\d:\\d\\d"));
        assertThat(by(page, "clock")).not().hasClass(Pattern.compile("running"));
        assertThat(card).containsText(Pattern.compile("no data since \\d\\d:\\d\\d"));
    }

    @Test
    void goals_ofManyMatchesAtOnce_areAllAnnounced() {
        Page day = page("/");
        assertThat(by(day, "loading")).isHidden();
        String id = UUID.randomUUID().toString().substring(0, 6);
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String match = "goals-" + id + i;
            events.add(kickOff(match, "Goals " + id + i, "Lions").json());
            events.add(event(match, "goal", 2).team("h").json());
        }

        send(events);

        for (int i = 0; i < 8; i++) {
            assertThat(by(day, "announcements")).containsText("Goal for Goals " + id + i + ".");
        }
    }

    @Test
    void goal_beforeTheStartNamesTheSides_hasNoSide() {
        String match = "nameless-" + UUID.randomUUID();
        send(List.of(event(match, "goal", 2).team("leeds").json()));
        Page page = page("/matches/" + match);
        assertThat(by(page, "home-name")).hasText("Team leeds");
        assertThat(by(page, "away-name")).hasText("Other team");

        send(List.of(event(match, "match_start", 1)
                .metadata("{\"homeTeamId\":\"derby\",\"awayTeamId\":\"leeds\",\"homeTeam\":\"Derby\","
                        + "\"awayTeam\":\"Leeds\"}")
                .json()));

        assertThat(by(page, "away-name")).hasText("Leeds");
        assertThat(by(page, "away-goals")).hasText("1");
        assertThat(by(page, "home-goals")).hasText("0");
    }
}
