package com.fanfinity.analytics.stack.bridge;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/// The end of the text of an INSERT, and the start of its data.
///
/// @param sql up to, and without, `VALUES` or `FORMAT`
/// @param format of the data, `Values` by default
/// @param dataStart index of the first byte of the data
/// @param input index in `sql` of the table function `input`, which reads the data; -1 if the statement inserts the
///     data itself
record InsertStatement(String sql, String format, int dataStart, int input) {
    private static final String INPUT = "input(";

    /// The statement with `input('structure')` replaced by the data in a file. The engine as a library has no `input`.
    String readingFrom(Path file) {
        return sql.substring(0, input) + "file('" + file + "', " + format + ", "
                + sql.substring(input + INPUT.length());
    }

    /// The kind of a statement, by its first bytes.
    sealed interface Found {
        /// An INSERT with data after it.
        record WithData(InsertStatement statement) implements Found {}

        /// Any other statement, including `INSERT … SELECT` without `input`.
        record Other() implements Found {}

        /// More bytes are needed.
        record Unclear() implements Found {}
    }

    /// @param complete whether `bytes` is the whole request
    static Found find(byte[] bytes, boolean complete) {
        // One char for each byte, so that the indexes match; keywords are ASCII.
        return new Scanner(new String(bytes, StandardCharsets.ISO_8859_1), complete).find();
    }

    private static final class Scanner {
        private final String text;
        private final boolean complete;
        private int at;
        private int depth;
        private boolean select;
        private int input = -1;

        Scanner(String text, boolean complete) {
            this.text = text;
            this.complete = complete;
        }

        Found find() {
            boolean insert = false;
            while (at < text.length()) {
                char c = text.charAt(at);
                if (Character.isWhitespace(c)) {
                    at++;
                } else if (!skipComment() && !skipQuoted(c)) {
                    int start = at;
                    String word = word();
                    if (word.equals("INPUT") && text.startsWith("(", at)) {
                        input = start;
                    }
                    if (at == text.length() && !complete) {
                        return new Found.Unclear();
                    }
                    if (!insert) {
                        if (!word.equals("INSERT")) {
                            return new Found.Other();
                        }
                        insert = true;
                    } else if (depth == 0) {
                        switch (word) {
                            case "VALUES" -> {
                                return data(start, "Values", at);
                            }
                            case "FORMAT" -> {
                                return select && input < 0 ? new Found.Other() : format(start);
                            }
                            case "SELECT" -> select = true;
                            case "WITH", "WATCH" -> {
                                return new Found.Other();
                            }
                            case "FROM" -> {
                                if (!select) {
                                    return new Found.Other();
                                }
                            }
                            default -> {
                            }
                        }
                    }
                }
            }
            return complete ? new Found.Other() : new Found.Unclear();
        }

        private Found format(int start) {
            skipSpaces();
            int from = at;
            word();
            int end = at;
            skipSpaces();
            if (at < text.length() && text.charAt(at) == '\r') {
                at++;
            }
            if (at == text.length() && !complete) {
                return new Found.Unclear();
            }
            if (at < text.length() && text.charAt(at) == '\n') {
                at++;
            }
            return data(start, text.substring(from, end), at);
        }

        private Found data(int end, String format, int dataStart) {
            int inputInSql = input < 0 ? -1 : utf8(0, input).stripLeading().length();
            return new Found.WithData(
                    new InsertStatement(utf8(0, end).strip(), format, dataStart, inputInSql));
        }

        private String utf8(int from, int to) {
            return new String(text.substring(from, to).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        private void skipSpaces() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        /// The next word in capitals, or the next other character; counts parentheses.
        private String word() {
            int start = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
            if (at > start) {
                return text.substring(start, at).toUpperCase(Locale.ROOT);
            }
            char c = text.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            return "";
        }

        private boolean skipComment() {
            boolean line = text.startsWith("--", at) || text.startsWith("#!", at);
            if (!line && !text.startsWith("/*", at)) {
                return false;
            }
            int end = line ? text.indexOf('\n', at) : text.indexOf("*/", at + 2);
            at = end < 0 ? text.length() : end + (line ? 1 : 2);
            return true;
        }

        private boolean skipQuoted(char quote) {
            if (quote != '\'' && quote != '`' && quote != '"') {
                return false;
            }
            for (at++; at < text.length(); at++) {
                if (text.charAt(at) == '\\') {
                    at++;
                } else if (text.charAt(at) == quote) {
                    at++;
                    return true;
                }
            }
            at = text.length();
            return true;
        }
    }
}
