package com.fanfinity.analytics.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;

/// Places in a list as they are handed out and come back: opaque to clients, and fit for a URL.
public final class Cursor {

    private Cursor() {}

    /// @param parts without spaces, save in the last one
    public static String of(String... parts) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(String.join(" ", parts).getBytes(StandardCharsets.UTF_8));
    }

    /// @param count of the parts that it was made of
    /// @param read throws IllegalArgumentException if they are no place
    /// @throws ProblemException 400 if it is no cursor of ours
    public static <T> T read(String cursor, int count, Function<String[], T> read) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ", count);
            if (parts.length != count) {
                throw new IllegalArgumentException("no place");
            }
            return read.apply(parts);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(Problem.badParameter("cursor", "is not valid for this endpoint"));
        }
    }
}
