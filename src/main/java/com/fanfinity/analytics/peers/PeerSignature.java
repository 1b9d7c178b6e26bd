package com.fanfinity.analytics.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;

/// The signatures of a request to a peer and of its answer: HMAC-SHA256 with the shared secret, which is never sent.
///
/// A request's signature covers the address that the caller asked. A listener that is not an instance therefore cannot
/// pass the request on to an instance. An answer's signature covers the nonce of the request, so it fits no other one.
public final class PeerSignature {

    /// In a request `time nonce mac`, in an answer `mac`.
    public static final String HEADER = "X-Peer-Signature";

    private static final Pattern OF_REQUEST = Pattern.compile("([0-9]{1,15}) ([A-Za-z0-9_-]{22}) ([A-Za-z0-9_-]{43})");
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int NONCE_BYTES = 16;

    /// The signed parts of a request.
    ///
    /// @param target the raw path with the query
    /// @param replica the value of {@link PeerClient#REPLICA_HEADER}
    /// @param address host and port that the caller asked
    /// @param sentAt in milliseconds since 1970
    /// @param nonce random, different for each request
    public record SignedRequest(String method, String target, String replica, String address, long sentAt,
            String nonce) {

        /// The value of {@link #HEADER}.
        public String header(Settings.Secret secret) {
            return sentAt + " " + nonce + ' ' + mac(secret);
        }

        boolean isSignedBy(Settings.Secret secret, String mac) {
            return MessageDigest.isEqual(mac.getBytes(UTF_8), mac(secret).getBytes(UTF_8));
        }

        private String mac(Settings.Secret secret) {
            return PeerSignature.mac(secret, "request", method, target, replica, address, Long.toString(sentAt), nonce);
        }
    }

    /// The signed parts of an answer.
    ///
    /// @param nonce of the request
    /// @param isFinal whether it has {@link PeerClient#FINAL_ANSWER}
    /// @param contentType empty if it has none
    /// @param retryAfter empty if it has none
    record SignedAnswer(String nonce, int status, boolean isFinal, String contentType, String retryAfter,
            byte[] body) {

        /// The value of {@link #HEADER}.
        String header(Settings.Secret secret) {
            return mac(secret, "answer", nonce, Integer.toString(status), isFinal ? "final" : "", contentType,
                    retryAfter, HexFormat.of().formatHex(digest(body)));
        }

        boolean isSignedBy(Settings.Secret secret, String header) {
            return MessageDigest.isEqual(header.getBytes(UTF_8), header(secret).getBytes(UTF_8));
        }
    }

    /// The parts of the header of a request.
    record RequestHeader(long sentAt, String nonce, String mac) {

        /// Empty if there is no such header, or another value.
        static Optional<RequestHeader> parse(@Nullable String header) {
            Matcher matcher = OF_REQUEST.matcher(header == null ? "" : header);
            return matcher.matches()
                    ? Optional.of(new RequestHeader(Long.parseLong(matcher.group(1)), matcher.group(2),
                            matcher.group(3)))
                    : Optional.empty();
        }
    }

    private PeerSignature() {}

    /// Makes the text of a nonce.
    ///
    /// @param random fills an array with random bytes
    public static String nonce(RandomBytes random) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    /// A source of random bytes, such as `new SecureRandom()::nextBytes`.
    @FunctionalInterface
    public interface RandomBytes {
        void nextBytes(byte[] bytes);
    }

    /// No part contains a line feed: a header or a request line cannot.
    private static String mac(Settings.Secret secret, String kind, String... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.value().getBytes(UTF_8), "HmacSHA256"));
            String signed = "fanfinity-peer-1\n" + kind + '\n' + String.join("\n", parts);
            return BASE64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] digest(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
