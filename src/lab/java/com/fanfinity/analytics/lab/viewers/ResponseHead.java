package com.fanfinity.analytics.lab.viewers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/// Status line and headers of an answer.
///
/// @param length in bytes; 0 if it is not complete
/// @param chunked whether the body is chunked; otherwise it ends with the connection
/// @param retryAfterSeconds 0 without a `Retry-After`
record ResponseHead(int length, int status, boolean chunked, int retryAfterSeconds) {
    private static final byte[] END = Bytes.of("\r\n\r\n");
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final String RETRY_AFTER = "\r\nretry-after:";

    boolean isComplete() {
        return length > 0;
    }

    static ResponseHead parse(byte[] in, int to) {
        int end = Bytes.indexOf(END, in, 0, to);
        if (end < 0) {
            return new ResponseHead(0, 0, false, 0);
        }
        String text = new String(in, 0, end + 2, ISO_8859_1).toLowerCase(Locale.ROOT);
        boolean chunked = text.replace(" ", "").contains("\r\ntransfer-encoding:chunked\r\n");
        return new ResponseHead(end + END.length, (int) Bytes.number(in, STATUS_AT, end), chunked, retryAfter(text));
    }

    private static int retryAfter(String text) {
        int field = text.indexOf(RETRY_AFTER);
        if (field < 0) {
            return 0;
        }
        String value = text.substring(field + RETRY_AFTER.length(), text.indexOf("\r\n", field + 2)).strip();
        return value.matches("\\d{1,6}") ? Integer.parseInt(value) : 0;
    }
}
