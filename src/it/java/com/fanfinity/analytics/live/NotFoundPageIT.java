package com.fanfinity.analytics.live;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.pages.Chromium;
import com.fanfinity.analytics.lab.pages.Palette;
import com.fanfinity.analytics.testing.Requirements;
import com.fanfinity.analytics.testing.TestServer;

/// The page for an unknown address in a real browser. It needs no data, so no Kafka and no ClickHouse.
@Tag("slow")
class NotFoundPageIT {

    @Test
    void page_eachWidthAndColour_isReadableAndLeadsToTheMatches() {
        try (TestServer server = new TestServer(PageRoutes.all());
                Chromium chromium = Chromium.start(Requirements.program("chromium"))) {
            Map.of(Chromium.DESKTOP, Palette.LIGHT, Chromium.PHONE, Palette.DARK).forEach((width, colours) -> {
                String url = "http://127.0.0.1:" + server.port();
                Page page = chromium.open(url + "/no-such-page", width, colours);

                assertThat(page.locator("h1")).hasText("Page not found");
                assertThat(page.locator("#connection")).not().isVisible();
                assertThat(page.locator("#missing a")).hasAttribute("href", "/");
                assertEquals(0, page.evaluate(
                        "document.documentElement.scrollWidth - document.documentElement.clientWidth"));
                assertEquals(List.of(), Chromium.accessibility(page));
                page.locator("#theme").click();
                assertThat(page.locator("html")).hasAttribute("data-theme",
                        colours == Palette.LIGHT ? "dark" : "light");
                assertEquals(List.of(), chromium.complaints());
            });
        }
    }
}
