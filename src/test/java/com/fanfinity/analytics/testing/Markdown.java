package com.fanfinity.analytics.testing;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Markdown as GitHub shows it.
public final class Markdown {

    private static final Pattern ID = Pattern.compile("<a id=\"(.*?)\"></a>");

    private Markdown() {}

    /// The places of a page that a link can name: its headings, and its `<a id="…">` elements.
    public static Set<String> anchors(String page) {
        Set<String> anchors = new TreeSet<>();
        page.lines().filter(line -> line.matches("#+ .*")).map(Markdown::anchor).forEach(anchors::add);
        ID.matcher(page).results().map(match -> match.group(1)).forEach(anchors::add);
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ',
                '-');
    }
}
