package com.fanfinity.analytics.lab.prose;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The prose of one line of a file: comments, messages and documents, without code.
///
/// @param number the line's number, from 1
record ProseText(int number, String text) {

    private static final Pattern CODE = Pattern
            .compile("`[^`]*`|https?://\\S+|\\]\\([^)]*\\)|\\{@\\w+ [^}]*\\}|<[^>]*>");
    private static final Pattern MESSAGE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'");
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z'-]*");

    /// A string with fewer words is a name rather than a message.
    private static final int MESSAGE_WORDS = 3;

    int words() {
        return words(text);
    }

    /// The prose of a file.
    ///
    /// @param lines the file's lines
    static List<ProseText> of(Path file, List<String> lines) {
        String name = String.valueOf(file.getFileName());
        List<ProseText> found = new ArrayList<>();
        State state = new State();
        for (int i = 0; i < lines.size(); i++) {
            String text = CODE.matcher(prose(name, lines.get(i), state)).replaceAll(" ").strip();
            if (!text.isEmpty()) {
                found.add(new ProseText(i + 1, text));
            }
        }
        return found;
    }

    private static final class State {
        private boolean inside;
    }

    private static String prose(String name, String line, State state) {
        if (name.endsWith(".md")) {
            return markdown(line, state);
        }
        if (name.endsWith(".java") || name.endsWith(".js") || name.endsWith(".mjs") || name.endsWith(".css")) {
            return source(line, state);
        }
        if (name.endsWith(".html") || name.endsWith(".json")) {
            return messages(line);
        }
        if (name.endsWith(".sql")) {
            return join(after(line, "--"), messages(line));
        }
        return hashComments(line);
    }

    private static String markdown(String line, State state) {
        if (line.stripLeading().startsWith("```")) {
            state.inside = !state.inside;
            return "";
        }
        return state.inside ? "" : line;
    }

    private static String source(String line, State state) {
        String stripped = line.strip();
        if (state.inside || stripped.startsWith("/*")) {
            state.inside = !stripped.contains("*/");
            return stripped.replace("*/", " ").replaceFirst("^/?\\*+", " ");
        }
        if (stripped.startsWith("//")) {
            return stripped.replaceFirst("^/+", "");
        }
        return join(after(line, " // "), messages(line));
    }

    /// YAML, shell, Make, properties: comments, and values that are sentences.
    private static String hashComments(String line) {
        String stripped = line.strip();
        if (stripped.startsWith("#")) {
            return stripped.replaceFirst("^#+", "");
        }
        return sentence(stripped.replaceFirst("^-? ?[\\w.$/{}-]+: *", "").replaceFirst("^[A-Z_]+=", ""));
    }

    private static String messages(String line) {
        StringBuilder found = new StringBuilder();
        Matcher strings = MESSAGE.matcher(line);
        while (strings.find()) {
            String value = strings.group(1) == null ? strings.group(2) : strings.group(1);
            found.append(sentence(value)).append(". ");
        }
        return found.toString().replaceAll("^[. ]+|(?<=\\. )\\. ", "");
    }

    private static String sentence(String value) {
        return words(value) >= MESSAGE_WORDS ? value : "";
    }

    private static String after(String line, String mark) {
        int at = line.indexOf(mark);
        return at < 0 ? "" : line.substring(at + mark.length());
    }

    private static String join(String comment, String messages) {
        return comment.isBlank() || messages.isBlank() ? comment + messages : comment + ". " + messages;
    }

    private static int words(String text) {
        Matcher words = WORD.matcher(text);
        int count = 0;
        while (words.find()) {
            count++;
        }
        return count;
    }
}
