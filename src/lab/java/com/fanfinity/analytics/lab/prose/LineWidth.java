package com.fanfinity.analytics.lab.prose;

import java.util.regex.Pattern;

/// The longest line of code or prose: 120 columns.
final class LineWidth {

    static final int MOST = 120;

    /// A line that cannot be broken: a table row, or one long word such as an address or an expression of a query.
    private static final Pattern UNBREAKABLE = Pattern.compile("\\s*\\|.*|.*\\S{60,}.*");

    private LineWidth() {}

    static boolean isTooLong(String line) {
        return line.codePointCount(0, line.length()) > MOST && !UNBREAKABLE.matcher(line).matches();
    }
}
