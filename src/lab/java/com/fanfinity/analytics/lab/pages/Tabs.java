package com.fanfinity.analytics.lab.pages;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;

/// Tabs of one browser as its user sees them: in each window, only the tab in front is visible. To a page that
/// Playwright opens itself, it is always visible.
public final class Tabs implements AutoCloseable {

    private static final String CONTEXT = "browserContextId";
    private static final String TARGET = "targetId";

    private final CDPSession browser;
    private final String context;

    Tabs(CDPSession browser) {
        this.browser = browser;
        context = browser.send("Target.createBrowserContext").get(CONTEXT).getAsString();
    }

    /// Opens a tab in front of the others.
    ///
    /// @return the tab
    public String open(String url) {
        return create(url, "background", false);
    }

    /// Opens a tab behind the others, as a click with the middle button does.
    ///
    /// @return the tab
    public String openBehind(String url) {
        return create(url, "background", true);
    }

    /// Opens a window with one tab.
    ///
    /// @return the tab
    public String openWindow(String url) {
        return create(url, "newWindow", true);
    }

    private String create(String url, String how, boolean value) {
        JsonObject target = new JsonObject();
        target.addProperty("url", url);
        target.addProperty(CONTEXT, context);
        target.addProperty(how, value);
        return browser.send("Target.createTarget", target).get(TARGET).getAsString();
    }

    /// Brings a tab to the front of its window.
    public void activate(String tab) {
        browser.send("Target.activateTarget", only(TARGET, tab));
    }

    /// The title of a tab, which shows the score of its match.
    public String title(String tab) {
        return browser.send("Target.getTargetInfo", only(TARGET, tab)).getAsJsonObject("targetInfo").get("title")
                .getAsString();
    }

    private static JsonObject only(String name, String value) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty(name, value);
        return parameters;
    }

    @Override
    public void close() {
        browser.send("Target.disposeBrowserContext", only(CONTEXT, context));
        browser.detach();
    }
}
