package com.fanfinity.analytics.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;

/// Encodes a position in a list as an opaque, URL-safe cursor.
public final class Cursor {

    private Cursor() {}

    /// @param parts only the last one may contain spaces
    public static String of(String... parts) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(String.join(" ", parts).getBytes(StandardCharsets.UTF_8));
    }

    /// @param count how many parts the cursor has
    /// @param read throws IllegalArgumentException if the parts are not a position
    /// @throws ProblemException 400 if the cursor was not made by this endpoint
    public static <T> T read(String cursor, int count, Function<String[], T> read) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ",
                    count);
            if (parts.length != count) {
                throw new IllegalArgumentException("wrong number of parts");
            }
            return read.apply(parts);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(Problem.badParameter("cursor", "is not valid for this endpoint"));
        }
    }
}
