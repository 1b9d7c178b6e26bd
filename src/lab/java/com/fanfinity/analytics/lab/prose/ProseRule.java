package com.fanfinity.analytics.lab.prose;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A habit that makes a text hard to read, and how often it may occur per 1,000 words.
enum ProseRule {

    /// A clause that starts with a bare *who* or *what* as a noun ("what was published", "who waits") instead of naming
    /// the thing. Questions and "what to do" are fine, and so is a relative clause after a noun ("the client who").
    BARE_CLAUSE("bare who/what clauses", 1.0,
            "\\b(?:whoever|whatever|what)\\b(?! to\\b| if\\b)"
                    + "|(?:^|[.,;:(\\u2014-] ?|\\b(?:and|or|but|that|than|to|of|for|by|from|with|as|if|is|are|when|on|in|at) )"
                    + "who\\b(?! to\\b)"),

    /// Systems return, report, log or reject. They do not say or tell.
    TELL_SAY("tell/say", 2.0, "\\b(?:tell|tells|told|telling|say|says|said|saying)\\b"),

    /// Words and turns that are rare in technical English.
    ARCHAIC("archaic words", 0.7,
            "\\b(?:anew|lately|for ever|mend|mends|mended|nobody|somebody|(?:is|are|was|were|be) to be|(?:go|goes|going|went|gone) on"
                    + "|thus|hence|whilst|amongst|thereby|therein|thereof|wherein|whereby|hitherto|herein|heretofore)\\b");

    private final String title;
    private final double bound;
    private final Pattern pattern;

    ProseRule(String title, double bound, String pattern) {
        this.title = title;
        this.bound = bound;
        this.pattern = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    }

    String title() {
        return title;
    }

    /// Hits per 1,000 words that are accepted.
    double bound() {
        return bound;
    }

    /// The hits in one piece of text.
    List<String> hits(String text) {
        List<String> hits = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (this != BARE_CLAUSE || !isQuestion(text, matcher.start())) {
                hits.add(matcher.group().strip());
            }
        }
        return hits;
    }

    /// Whether the sentence around the position ends with a question mark.
    private static boolean isQuestion(String text, int position) {
        for (int i = position; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '?') {
                return true;
            }
            if (c == '.' || c == '!' || c == ';') {
                return false;
            }
        }
        return false;
    }
}
