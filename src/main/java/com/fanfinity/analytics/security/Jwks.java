package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;

/// The usable keys of a JSON Web Key Set (RFC 7517): RSA keys of 2048 to 8192 bits for RS256, and keys on the curve
/// P-256 for ES256, each with a `kid`.
///
/// Other keys are left out, because an issuer publishes keys for other purposes too. A set without a usable key is a
/// fault, unless it is empty: that revokes all keys.
final class Jwks {

    static final int MAX_BYTES = 256 << 10;
    static final int MAX_KEYS = 100;
    static final int MAX_ID_LENGTH = 128;

    static final Set<String> ALGORITHMS = Set.of(JWSAlgorithm.RS256.getName(), JWSAlgorithm.ES256.getName());

    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 8_192;

    /// The state before the first set is loaded.
    static final Jwks NONE = new Jwks(Map.of());

    /// A key for one algorithm.
    ///
    /// @param thumbprint of the key alone (RFC 7638), so a key that is published again is the same one
    record SigningKey(String thumbprint, JWSHeader header, JWSVerifier verifier) {

        boolean hasSigned(byte[] content, Base64URL signature) {
            try {
                return verifier.verify(header, content, signature);
            } catch (JOSEException _) {
                return false;
            }
        }
    }

    private record KeyName(String algorithm, String id) {}

    /// The set cannot be used.
    static final class JwksException extends Exception {
        private static final long serialVersionUID = 1L;

        JwksException(String message) {
            super(message);
        }
    }

    private final Map<KeyName, SigningKey> keys;
    private final Set<String> thumbprints;

    private Jwks(Map<KeyName, SigningKey> keys) {
        this.keys = Map.copyOf(keys);
        this.thumbprints = keys.values().stream().map(SigningKey::thumbprint).collect(Collectors.toUnmodifiableSet());
    }

    static Jwks parse(byte[] json) throws JwksException {
        List<Object> entries = entries(json);
        if (entries.size() > MAX_KEYS) {
            throw new JwksException("has more than " + MAX_KEYS + " keys");
        }
        Map<KeyName, SigningKey> keys = new HashMap<>();
        for (Object entry : entries) {
            Optional<JWK> jwk = read(entry);
            if (jwk.isPresent()) {
                add(jwk.get(), keys);
            }
        }
        if (keys.isEmpty() && !entries.isEmpty()) {
            throw new JwksException("has no usable key");
        }
        return new Jwks(keys);
    }

    private static List<Object> entries(byte[] json) throws JwksException {
        try {
            Map<String, Object> set = JSONObjectUtils.parse(new String(json, UTF_8));
            List<Object> entries = set == null ? null : JSONObjectUtils.getJSONArray(set, "keys");
            if (entries == null) {
                throw new JwksException("has no member keys");
            }
            return entries;
        } catch (ParseException _) {
            throw new JwksException("is not the JSON of a key set");
        }
    }

    /// Empty for a key of a type or curve that the library does not know, or a broken one.
    @SuppressWarnings("unchecked") // members of parsed JSON objects have names
    private static Optional<JWK> read(Object entry) {
        try {
            return entry instanceof Map<?, ?> members
                    ? Optional.of(JWK.parse((Map<String, Object>) members))
                    : Optional.empty();
        } catch (ParseException | IllegalArgumentException | IllegalStateException _) {
            return Optional.empty();
        }
    }

    private static void add(JWK jwk, Map<KeyName, SigningKey> keys) throws JwksException {
        if (jwk.isPrivate() && (jwk instanceof RSAKey || jwk instanceof ECKey)) {
            throw new JwksException("contains a private key; replace that key at the issuer");
        }
        try {
            Optional<SigningKey> usable = isForSignatures(jwk) ? usable(jwk) : Optional.empty();
            if (usable.isPresent()) {
                KeyName name = new KeyName(usable.get().header().getAlgorithm().getName(), jwk.getKeyID());
                if (keys.put(name, usable.get()) != null) {
                    throw new JwksException("has two keys with the same kid");
                }
            }
        } catch (JOSEException _) {
            // a key that the JDK refuses
        }
    }

    private static boolean isForSignatures(JWK jwk) {
        return jwk.getKeyID() != null && jwk.getKeyID().length() <= MAX_ID_LENGTH
                && (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
                && (jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY));
    }

    private static Optional<SigningKey> usable(JWK jwk) throws JOSEException {
        if (jwk instanceof RSAKey rsa && isFor(rsa, JWSAlgorithm.RS256) && hasGoodSize(rsa)) {
            return Optional.of(signingKey(rsa, JWSAlgorithm.RS256, new RSASSAVerifier(rsa)));
        }
        if (jwk instanceof ECKey ec && isFor(ec, JWSAlgorithm.ES256) && ec.getCurve().equals(Curve.P_256)) {
            return Optional.of(signingKey(ec, JWSAlgorithm.ES256, new ECDSAVerifier(ec)));
        }
        return Optional.empty();
    }

    private static boolean isFor(JWK jwk, JWSAlgorithm algorithm) {
        return jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm);
    }

    private static boolean hasGoodSize(RSAKey rsa) throws JOSEException {
        int bits = rsa.toRSAPublicKey().getModulus().bitLength();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
    }

    private static SigningKey signingKey(JWK jwk, JWSAlgorithm algorithm, JWSVerifier verifier) throws JOSEException {
        return new SigningKey(jwk.computeThumbprint().toString(), new JWSHeader(algorithm), verifier);
    }

    int size() {
        return keys.size();
    }

    Optional<SigningKey> find(String algorithm, String id) {
        return Optional.ofNullable(keys.get(new KeyName(algorithm, id)));
    }

    /// Whether the key with the thumbprint is in the set.
    boolean contains(String thumbprint) {
        return thumbprints.contains(thumbprint);
    }
}
