package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// An API key as text: `ff1_<id>_<43 base64url characters of 32 random bytes>_<CRC-32 of all before, 8 hex digits>`.
///
/// The checksum finds a mistyped key without a look-up, and lets programs that search for leaked secrets recognise one.
/// `bin/key` creates keys.
final class ApiKey {

    private static final String CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    /// The form of a key's id.
    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,31}");

    private static final String PREFIX = "ff1_";
    private static final int SECRET_LENGTH = 43;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int AFTER_ID = 1 + SECRET_LENGTH + 1 + CHECKSUM_LENGTH;
    private static final int MAX_LENGTH = PREFIX.length() + 32 + AFTER_ID;

    private ApiKey() {}

    /// The id in the key; empty if the text is not a key, or its checksum is wrong.
    static Optional<String> idOf(String key) {
        int idEnd = key.length() - AFTER_ID;
        if (!key.startsWith(PREFIX) || idEnd <= PREFIX.length() || key.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String id = key.substring(PREFIX.length(), idEnd);
        int secretEnd = key.length() - 1 - CHECKSUM_LENGTH;
        boolean separated = key.charAt(idEnd) == '_' && key.charAt(secretEnd) == '_';
        return separated && isBase64Url(key, idEnd + 1, secretEnd) && ID.matcher(id).matches()
                && key.endsWith(checksum(key.substring(0, secretEnd)))
                        ? Optional.of(id)
                        : Optional.empty();
    }

    private static boolean isBase64Url(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (CHARACTERS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
