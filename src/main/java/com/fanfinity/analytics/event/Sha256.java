package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 hashes.
public final class Sha256 {

    private Sha256() {}

    /// The hash of the text in UTF-8.
    public static byte[] of(String text) {
        return digest().digest(text.getBytes(UTF_8));
    }

    /// The hash of the text in UTF-8, as 64 hexadecimal digits.
    public static String hex(String text) {
        return HexFormat.of().formatHex(of(text));
    }

    /// The hash of the concatenated parts, as 64 hexadecimal digits.
    public static String hex(Iterable<byte[]> parts) {
        MessageDigest digest = digest();
        parts.forEach(digest::update);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
