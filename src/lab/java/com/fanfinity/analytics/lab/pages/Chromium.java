package com.fanfinity.analytics.lab.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// Debian's browser under control of a test. Records the complaints of pages: script errors, policy violations,
/// requests to other hosts.
public final class Chromium implements AutoCloseable {

    public static final int WIDE = 1440;
    public static final int DESKTOP = 1280;
    public static final int PHONE = 390;

    /// The browser logs this for every status other than 200, even if the page expects and shows it.
    private static final String NO_ANSWER = "Failed to load resource";

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// @param program the executable of the browser
    public static Chromium start(Path program) {
        Playwright playwright = Playwright
                .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(program)
                .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
        return new Chromium(playwright, browser);
    }

    /// Opens a page in a new context.
    public Page open(String url, int width, Palette palette) {
        return openIn(context(width, palette), url);
    }

    /// A context without data of earlier pages. Its pages share connections, and all of them are visible.
    public BrowserContext context(int width, Palette palette) {
        return browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, width == PHONE ? 844 : 800).setColorScheme(palette.scheme())
                .setForcedColors(palette.forced()).setTimezoneId("UTC").setLocale("en-GB"));
    }

    /// Opens a page in a context.
    public Page openIn(BrowserContext context, String url) {
        Page page = context.newPage();
        page.onConsoleMessage(this::said);
        page.onPageError(error -> complaints.add(error));
        page.onRequest(request -> {
            if (!request.url().startsWith(url.substring(0, url.indexOf('/', "http://".length())))
                    && !request.url().startsWith("data:")) {
                complaints.add("a request to another host: " + request.url());
            }
        });
        page.navigate(url);
        return page;
    }

    /// A window with tabs, of which only the one in front is visible.
    public Tabs tabs() {
        return new Tabs(browser.newBrowserCDPSession());
    }

    private void said(ConsoleMessage message) {
        if (message.type().equals("error") && !message.text().startsWith(NO_ANSWER)) {
            complaints.add(message.text());
        }
    }

    /// The complaints since the last call.
    public List<String> complaints() {
        List<String> some = List.copyOf(complaints);
        complaints.clear();
        return some;
    }

    /// Violations of axe's rules, including its best practices, one line each.
    @SuppressWarnings("unchecked")
    public static List<String> accessibility(Page page) {
        page.evaluate(axe());
        return (List<String>) page.evaluate("""
                async () => (await axe.run(document)).violations
                  .flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`))""");
    }

    private static String axe() {
        try {
            return Files.readString(ProjectDir.find().resolve("node_modules/axe-core/axe.min.js"));
        } catch (IOException e) {
            throw new UncheckedIOException("axe-core is missing; run: npm ci", e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
