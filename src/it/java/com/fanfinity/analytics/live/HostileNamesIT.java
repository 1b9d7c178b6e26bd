package com.fanfinity.analytics.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.lab.pages.Chromium;
import com.fanfinity.analytics.lab.pages.Palette;
import com.fanfinity.analytics.lab.verify.EventJson;

/// Names that are markup, a script, a link or turn the direction of the text: they are shown, and have no other effect.
/// [BrowserPages] fails a test at a script error, at a violation of the policy and at a request to another origin.
@Tag("slow")
class HostileNamesIT extends BrowserPages {

    private static final String IMAGE = "<img src=x onerror=document.title='broken'>";
    private static final String SCRIPT = "\"><script>document.title='broken'</script>";
    private static final String LINK = "javascript:document.title='broken'";
    private static final String TURNED = "\u202Erovers\u2066";

    /// Everything that a page of ours never contains.
    private static final String FOREIGN = """
            () => [...document.querySelectorAll('*')].filter((node) =>
                [...node.attributes].some(({name, value}) => name.startsWith('on') || /^\\s*javascript:/i.test(value))
                || (node.localName === 'script' && !node.src)
                || ['iframe', 'object', 'embed', 'base'].includes(node.localName)
                || (node.localName === 'img' && node.getAttribute('src') === 'x')).map((node) => node.outerHTML)""";

    private static final String REPORT = """
            document.addEventListener('securitypolicyviolation',
                (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))""";

    private static String json(String name) {
        return name.replace("\"", "\\\"");
    }

    private static String metadata(String... namesAndValues) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.add("\"" + namesAndValues[i] + "\":\"" + json(namesAndValues[i + 1]) + "\"");
        }
        return "{" + String.join(",", members) + "}";
    }

    /// A live match in which every name and text is hostile.
    private static void send(String match, String home, String away) {
        String homeId = json(IMAGE);
        String awayId = json(SCRIPT);
        List<EventJson> events = new ArrayList<>();
        events.add(event(match, "match_start", 1).metadata(metadata("homeTeamId", IMAGE, "awayTeamId", SCRIPT,
                "homeTeam", home, "awayTeam", away, "competition", SCRIPT, "venue", IMAGE, "referee", LINK)));
        events.add(event(match, "period_start", 2).metadata(metadata("period", "1H", "reason", IMAGE)));
        int number = 3;
        for (String name : List.of(IMAGE, SCRIPT, LINK, TURNED)) {
            String texts = metadata("player", name, "playerOut", name, "playerOutName", name, "detail", name,
                    "outcome", name, "decision", name, "reason", name);
            for (String type : List.of("goal", "own_goal", "yellow_card", "red_card", "substitution",
                    "penalty_missed")) {
                events.add(event(match, type, number++).team(number % 2 == 0 ? homeId : awayId).metadata(texts));
            }
            events.add(event(match, "var_review", number++).metadata(texts));
            events.add(event(match, "stoppage", number++).metadata(texts));
            events.add(event(match, "comment", number++).metadata(texts));
        }
        send(events.stream().map(EventJson::json).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {Chromium.PHONE, Chromium.WIDE})
    void match_hostileNames_areShownAsText(int width) {
        String match = "javascript:alert-" + UUID.randomUUID();
        send(match, IMAGE, SCRIPT);
        BrowserContext context = watched(width);
        Page page = page("/matches/" + match, context);

        assertThat(by(page, "home-name")).hasText(IMAGE);
        assertThat(by(page, "away-name")).hasText(SCRIPT);
        assertThat(page.locator("#feed .goal")).not().hasCount(0);
        assertThat(page.locator("#feed")).containsText(LINK);
        assertThat(page.locator("#feed")).containsText("rovers");
        page.locator("#minutes-details summary").click();
        assertHarmless(page);
    }

    @ParameterizedTest
    @ValueSource(ints = {Chromium.PHONE, Chromium.WIDE})
    void matchDay_hostileNames_areShownAsText(int width) {
        String match = "javascript:void-" + UUID.randomUUID();
        send(match, LINK, SCRIPT + match.substring(match.length() - 6));
        BrowserContext context = watched(width);
        Page page = page("/", context);
        Locator card = page.locator("#live-list .card")
                .filter(new Locator.FilterOptions().setHasText(match.substring(match.length() - 6)));

        assertThat(card).containsText(LINK);
        assertHarmless(page);
        card.locator("a").first().click();

        assertThat(by(page, "home-name")).hasText(LINK);
        assertHarmless(page);
    }

    @ParameterizedTest
    @ValueSource(ints = {Chromium.PHONE, Chromium.WIDE})
    void addresses_hostile_showNoMarkup(int width) {
        BrowserContext context = watched(width);
        for (String path : List.of("/matches/%3Cimg%20src=x%20onerror=1%3E", "/%22%3E%3Cscript%3E", "/#%3Cimg%3E",
                "/matches/a?%3Cscript%3E", "/pipeline#javascript:x")) {
            assertHarmless(page(path, context));
        }
    }

    private BrowserContext watched(int width) {
        BrowserContext context = context(width, Palette.LIGHT);
        context.addInitScript(REPORT);
        return context;
    }

    private static void assertHarmless(Page page) {
        assertThat(page).not().hasTitle("broken");
        assertEquals(List.of(), page.evaluate(FOREIGN), page.url());
        assertEquals(0, ((Number) overflow(page)).intValue(), "wider than the screen: " + page.url());
    }
}
