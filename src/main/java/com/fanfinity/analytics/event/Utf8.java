package com.fanfinity.analytics.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fanfinity.analytics.event.Fault.Code;

/// Checks that bytes are text in UTF-8. The JSON parser would guess other encodings and accept some invalid sequences.
public final class Utf8 {

    private Utf8() {}

    /// Empty if the bytes are valid UTF-8.
    public static Optional<Fault> faultOf(byte[] bytes) {
        boolean ascii = true;
        for (byte b : bytes) {
            if (b == 0) {
                return Optional
                        .of(new Fault(Fault.WHOLE, Code.INVALID_UTF8, "contains a zero byte; JSON must be UTF-8"));
            }
            ascii &= b > 0;
        }
        if (ascii) {
            return Optional.empty();
        }
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            return Optional.of(new Fault(Fault.WHOLE, Code.INVALID_UTF8, "starts with a byte order mark; remove it"));
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Optional.empty();
        } catch (CharacterCodingException _) {
            return Optional.of(new Fault(Fault.WHOLE, Code.INVALID_UTF8, "is not valid UTF-8"));
        }
    }
}
