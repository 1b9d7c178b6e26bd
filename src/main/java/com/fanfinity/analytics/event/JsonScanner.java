package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Reads JSON of RFC 8259 token by token, from bytes that {@link Utf8} has checked. Strict: no comments, no `NaN`, no
/// unquoted names, no leading zeros.
///
/// It is for bytes that clients and other producers send. It keeps no table of member names: a parser with a table that
/// outlives the input lets a client fill the heap with new names. It uses the heap for what a caller asks for, and a
/// few words for each level. Not for use by several threads.
public final class JsonScanner {

    /// A name or value is cut after this many bytes or escapes. No rule accepts a longer one.
    private static final int MAX_TEXT = EventRules.MAX_METADATA_BYTES;

    /// Enough to see that a name in a path must be shortened.
    private static final int MAX_PART_OF_PATH = 512;

    /// The kinds of token. `END` is the end of the input.
    public enum Token {
        START_OBJECT,
        END_OBJECT,
        START_ARRAY,
        END_ARRAY,
        NAME,
        STRING,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL,
        END
    }

    /// The next token that the grammar allows.
    private enum Expected {
        VALUE,
        ELEMENT_OR_END,
        NAME_OR_END,
        SEPARATOR
    }

    private final byte[] json;
    private final boolean[] isObject;
    private final int[] nameAt;
    private final int[] elements;
    private Expected expected = Expected.VALUE;
    private Token last = Token.END;
    private int depth;
    private int start;
    private int at;

    /// The position after the closing quote of the last name or string, and whether it has escapes.
    private int stringEnd;
    private boolean escaped;

    /// @param json checked by {@link Utf8}
    /// @param maxDepth the most levels of objects and arrays
    public JsonScanner(byte[] json, int maxDepth) {
        this.json = json;
        isObject = new boolean[maxDepth + 1];
        nameAt = new int[maxDepth + 1];
        elements = new int[maxDepth + 1];
    }

    /// Reads the next token. After the outermost value it is `END`.
    ///
    /// @throws InvalidJsonException if the next bytes are not JSON
    public Token next() throws InvalidJsonException {
        skipSpace();
        start = at;
        last = switch (expected) {
            case VALUE -> value();
            case ELEMENT_OR_END -> peek() == ']' ? close() : value();
            case NAME_OR_END -> peek() == '}' ? close() : name();
            case SEPARATOR -> afterValue();
        };
        return last;
    }

    /// Reads to the end of the object or array whose start was the last token. Does nothing after another token.
    public void skip() throws InvalidJsonException {
        if (last == Token.START_OBJECT || last == Token.START_ARRAY) {
            int outside = depth - 1;
            while (depth > outside) {
                next();
            }
        }
    }

    /// The number of open objects and arrays.
    int depth() {
        return depth;
    }

    /// The position of the first byte of the last token.
    public int start() {
        return start;
    }

    /// The position after the last token, which is not a name.
    public int end() {
        return at;
    }

    /// The last name or string without quotes and escapes, or the last number as written; cut if it is longer than any
    /// rule accepts.
    public String text() {
        if (last != Token.NAME && last != Token.STRING) {
            return new String(json, start, Math.min(at - start, MAX_TEXT), UTF_8);
        }
        int length = stringEnd - start - 2;
        return escaped || length > MAX_TEXT
                ? JsonText.read(json, start, MAX_TEXT)
                : new String(json, start + 1, length, UTF_8);
    }

    /// Whether the last name is longer than the limit in UTF-8, without quotes and escapes.
    boolean isNameLongerThan(int bytes) {
        return stringEnd - start - 2 > bytes && JsonText.isLongerThan(json, start, bytes);
    }

    /// The names and indexes that lead to the last name: `metadata.players.0.name`. Each name is shortened.
    String path() {
        StringBuilder path = new StringBuilder();
        for (int level = 1; level <= depth; level++) {
            path.append(level == 1 ? "" : ".");
            if (isObject[level]) {
                path.append(EventRules.shortened(JsonText.read(json, nameAt[level], MAX_PART_OF_PATH)));
            } else {
                path.append(elements[level]);
            }
        }
        return path.toString();
    }

    private Token afterValue() throws InvalidJsonException {
        if (depth == 0) {
            if (at < json.length) {
                throw fault("has content after the end of the value");
            }
            return Token.END;
        }
        if (peek() != ',') {
            return close();
        }
        at++;
        skipSpace();
        start = at;
        elements[depth]++;
        return isObject[depth] ? name() : value();
    }

    private Token close() throws InvalidJsonException {
        if (peek() != (isObject[depth] ? '}' : ']')) {
            throw fault(isObject[depth] ? "a comma or } is missing" : "a comma or ] is missing");
        }
        at++;
        expected = Expected.SEPARATOR;
        return isObject[depth--] ? Token.END_OBJECT : Token.END_ARRAY;
    }

    private Token name() throws InvalidJsonException {
        if (peek() != '"') {
            throw fault("a member name in double quotes is missing");
        }
        skipString();
        nameAt[depth] = start;
        skipSpace();
        if (peek() != ':') {
            throw fault("a colon is missing");
        }
        at++;
        expected = Expected.VALUE;
        return Token.NAME;
    }

    private Token value() throws InvalidJsonException {
        expected = Expected.SEPARATOR;
        return switch (peek()) {
            case '"' -> {
                skipString();
                yield Token.STRING;
            }
            case '{' -> open(true, Expected.NAME_OR_END, Token.START_OBJECT);
            case '[' -> open(false, Expected.ELEMENT_OR_END, Token.START_ARRAY);
            case 't' -> literal("true", Token.BOOLEAN);
            case 'f' -> literal("false", Token.BOOLEAN);
            case 'n' -> literal("null", Token.NULL);
            default -> number();
        };
    }

    private Token open(boolean object, Expected inside, Token token) throws InvalidJsonException {
        if (depth + 1 == isObject.length) {
            throw new InvalidJsonException("is nested too deep", at, true);
        }
        depth++;
        isObject[depth] = object;
        elements[depth] = 0;
        expected = inside;
        at++;
        return token;
    }

    private Token literal(String word, Token token) throws InvalidJsonException {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                throw fault("a value is missing");
            }
            at++;
        }
        return token;
    }

    private Token number() throws InvalidJsonException {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits("a value is missing");
        }
        boolean integer = true;
        if (peek() == '.') {
            integer = false;
            at++;
            digits("a digit is missing after the decimal point");
        }
        if (peek() == 'e' || peek() == 'E') {
            integer = false;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits("a digit is missing in the exponent");
        }
        return integer ? Token.INTEGER : Token.DECIMAL;
    }

    private void digits(String missing) throws InvalidJsonException {
        int first = at;
        while (isDigit(peek())) {
            at++;
        }
        if (at == first) {
            throw fault(missing);
        }
    }

    private void skipString() throws InvalidJsonException {
        at++;
        escaped = false;
        at = Utf8.endOfPlainText(json, at);
        while (at < json.length) {
            byte b = json[at];
            if (b == '"') {
                at++;
                stringEnd = at;
                return;
            }
            if (b == '\\') {
                escaped = true;
                skipEscape();
                at = Utf8.endOfPlainText(json, at);
            } else if (b >= 0 && b < ' ') {
                throw fault("a string contains a control character that is not escaped");
            } else {
                at++;
            }
        }
        throw fault("a string has no end");
    }

    private void skipEscape() throws InvalidJsonException {
        at++;
        if (peek() == 'u') {
            for (int i = 0; i < 4; i++) {
                at++;
                if (Character.digit(peek(), 16) < 0) {
                    throw fault("an escape \\u needs four hexadecimal digits");
                }
            }
        } else if ("\"\\/bfnrt".indexOf(peek()) < 0) {
            throw fault("a string contains an unknown escape");
        }
        at++;
    }

    private void skipSpace() {
        while (at < json.length
                && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
    }

    /// The next byte, or 0 at the end: the input contains no zero byte.
    private byte peek() {
        return at < json.length ? json[at] : 0;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /// The exception for a last name that is not text.
    InvalidJsonException nameIsNoText() {
        return new InvalidJsonException("a member name contains half a surrogate pair", start, false);
    }

    private InvalidJsonException fault(String message) {
        return new InvalidJsonException(at < json.length ? message : "it ends too early", at, false);
    }
}
