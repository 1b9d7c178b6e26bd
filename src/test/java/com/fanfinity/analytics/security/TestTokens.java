package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import com.fanfinity.analytics.config.Jwt;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.metrics.Meters;

/// An issuer of tests: its keys, and the tokens that it signs.
public final class TestTokens {

    static final String ISSUER = "https://id.example/realm";
    static final String AUDIENCE = "fanfinity";
    static final RSAKey RSA = rsa("rsa-1", 2_048);
    static final ECKey EC = ec("ec-1", Curve.P_256);
    static final Jwt SETTINGS = new Jwt(ISSUER, AUDIENCE, new Jwt.KeySetFile(Path.of("unused")));

    /// Signs the encoded header and claims.
    @FunctionalInterface
    interface Signer {
        String sign(byte[] content) throws Exception;
    }

    private TestTokens() {}

    static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(String id, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The set of the public keys.
    static byte[] jwks(JWK... keys) {
        return new JWKSet(List.of(keys)).toString().getBytes(UTF_8);
    }

    static Map<String, Object> header(JWK key) {
        Map<String, Object> header = new HashMap<>();
        header.put("alg", key instanceof RSAKey ? "RS256" : "ES256");
        header.put("typ", "JWT");
        header.put("kid", key.getKeyID());
        return header;
    }

    /// All claims that a token needs; it ends in an hour.
    static Map<String, Object> claims(Instant now) {
        Map<String, Object> claims = new HashMap<>();
        claims.put("iss", ISSUER);
        claims.put("aud", AUDIENCE);
        claims.put("sub", "svc-1");
        claims.put("exp", now.plus(Duration.ofHours(1)).getEpochSecond());
        claims.put("scope", "ingest read");
        return claims;
    }

    static String token(JWK key, Map<String, Object> claims) {
        return token(key, header(key), claims);
    }

    static String token(JWK key, Map<String, Object> header, Map<String, Object> claims) {
        return token(JSONObjectUtils.toJSONString(header), JSONObjectUtils.toJSONString(claims), signer(key));
    }

    static String token(String header, String claims, Signer signer) {
        String content = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        try {
            return content + "." + signer.sign(content.getBytes(US_ASCII));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Signer signer(JWK key) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa
                    ? new RSASSASigner(rsa.toRSAPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))
                    : new ECDSASigner((ECKey) key);
            JWSAlgorithm algorithm = key instanceof RSAKey
                    ? JWSAlgorithm.RS256
                    : signer.supportedJWSAlgorithms().iterator().next();
            return content -> signer.sign(new JWSHeader(algorithm), content).toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// A token of this issuer with these scopes, separated by spaces, and further claims.
    public static String token(String scope, Map<String, Object> more) {
        Map<String, Object> claims = claims(Instant.now());
        claims.put("scope", scope);
        claims.putAll(more);
        return token(EC, claims);
    }

    /// A gate that accepts the tokens of this issuer, besides these keys.
    public static Gate gate(Rates rates, String... entries) {
        var meters = new Meters(new SimpleMeterRegistry()).security();
        JwksWatch keys = new JwksWatch(source(() -> jwks(RSA, EC)), System::nanoTime, meters);
        keys.read();
        return TestKeys.gate(rates,
                Optional.of(new JwtVerifier(SETTINGS, keys, Clock.systemUTC(), System::nanoTime)), entries);
    }

    /// The content of a source, which may change.
    @FunctionalInterface
    interface Content {
        byte[] get() throws Exception;
    }

    /// A source that is always due and never slow.
    static JwksSource source(Content content) {
        return source(Duration.ZERO, content);
    }

    static JwksSource source(Duration interval, Content content) {
        return source(interval, false, content);
    }

    static JwksSource source(Duration interval, boolean isSlow, Content content) {
        return new JwksSource() {
            @Override
            public byte[] read() {
                try {
                    return content.get();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public Duration interval() {
                return interval;
            }

            @Override
            public boolean isSlow() {
                return isSlow;
            }
        };
    }
}
