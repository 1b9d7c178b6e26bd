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
import com.microsoft.playwright.options.ColorScheme;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// Debian's browser, steered. Remembers what pages complain of: a script's failure, a breach of the policy, a request to somewhere else.
public final class Chromium implements AutoCloseable {

    public static final int DESKTOP = 1280;
    public static final int PHONE = 390;

    /// Said of every answer that is no 200, also where it is expected; the pages show these themselves.
    private static final String NO_ANSWER = "Failed to load resource";

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// @param program the browser's executable file
    public static Chromium start(Path program) {
        Playwright playwright = Playwright
                .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(program)
                .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
        return new Chromium(playwright, browser);
    }

    /// A page of its own, with nothing remembered.
    public Page open(String url, int width, ColorScheme colours) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, width == PHONE ? 844 : 800).setColorScheme(colours).setTimezoneId("UTC").setLocale("en-GB"));
        Page page = context.newPage();
        page.onConsoleMessage(this::said);
        page.onPageError(error -> complaints.add(error));
        page.onRequest(request -> {
            if (!request.url().startsWith(url.substring(0, url.indexOf('/', "http://".length()))) && !request.url().startsWith("data:")) {
                complaints.add("a request to somewhere else: " + request.url());
            }
        });
        page.navigate(url);
        return page;
    }

    Page open(String url) {
        return open(url, DESKTOP, ColorScheme.LIGHT);
    }

    private void said(ConsoleMessage message) {
        if (message.type().equals("error") && !message.text().startsWith(NO_ANSWER)) {
            complaints.add(message.text());
        }
    }

    /// What pages complained of since this was last asked.
    public List<String> complaints() {
        List<String> some = List.copyOf(complaints);
        complaints.clear();
        return some;
    }

    /// Breaches of axe's rules, each as a line; those of its "best practices" too.
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
            throw new UncheckedIOException("npm ci brings axe", e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
