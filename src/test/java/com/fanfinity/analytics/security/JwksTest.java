package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.security.Jwks.JwksException;

class JwksTest {

    private static final RSAKey RSA = TestTokens.RSA;
    private static final ECKey EC = TestTokens.EC;

    private static String fault(String json) {
        return String.valueOf(
                assertThrows(JwksException.class, () -> Jwks.parse(json.getBytes(UTF_8))).getMessage());
    }

    private static String text(JWK... keys) {
        return new String(TestTokens.jwks(keys), UTF_8);
    }

    @Test
    void parse_keysForSignatures_areFoundByTheirAlgorithmAndId() throws Exception {
        Jwks keys = Jwks.parse(TestTokens.jwks(
                new RSAKey.Builder(RSA).keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256).build(),
                new ECKey.Builder(EC).keyOperations(Set.of(KeyOperation.VERIFY)).build()));

        assertEquals(2, keys.size());
        assertTrue(keys.find("RS256", "rsa-1").isPresent());
        assertTrue(keys.find("ES256", "ec-1").isPresent());
        assertFalse(keys.find("ES256", "rsa-1").isPresent());
        assertFalse(keys.find("RS512", "rsa-1").isPresent());
        assertTrue(keys.contains(keys.find("RS256", "rsa-1").orElseThrow().thumbprint()));
        assertFalse(keys.contains(""));
    }

    @Test
    void parse_otherKeys_areLeftOut() throws Exception {
        String weak = text(TestTokens.rsa("small", 1_024));
        String padded = weak.replace("\"n\":\"", "\"n\":\"" + "A".repeat(172)); // zeros make it look longer
        List<String> others = List.of(weak, padded, text(TestTokens.ec("other", Curve.P_384)),
                text(EC).replace("P-256", "secp256k1"),
                text(new RSAKey.Builder(RSA).keyID(null).build()),
                text(new RSAKey.Builder(RSA).keyID("x".repeat(129)).build()),
                text(new RSAKey.Builder(RSA).keyUse(KeyUse.ENCRYPTION).build()),
                text(new RSAKey.Builder(RSA).keyOperations(Set.of(KeyOperation.ENCRYPT)).build()),
                text(new RSAKey.Builder(RSA).algorithm(JWSAlgorithm.RS512).build()),
                text(new ECKey.Builder(EC).algorithm(JWSAlgorithm.ES384).build()),
                text(RSA).replace("\"e\":\"AQAB\"", "\"e\":\"AQ\""), text(EC).replace("\"x\":\"", "\"x\":\"AA"),
                new JWKSet(new OctetSequenceKey.Builder(new byte[32]).keyID("secret").build()).toString(false),
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"o\",\"x\":\"" + "A".repeat(43) + "\"}]}",
                "{\"keys\":[{\"kty\":\"new\",\"kid\":\"n\"}]}", "{\"keys\":[1,null,\"a\",{}]}");
        for (String other : others) {
            assertEquals("has no usable key", fault(other), other);
            String good = text(new ECKey.Builder(EC).keyID("good").build());
            String both = "{\"keys\":[" + inside(other) + "," + inside(good) + "]}";
            assertEquals(1, Jwks.parse(both.getBytes(UTF_8)).size(), both);
        }
    }

    private static String inside(String set) {
        return set.substring(set.indexOf('[') + 1, set.lastIndexOf(']'));
    }

    @Test
    void parse_rsaKeyBeyondTheBounds_isLeftOut() throws Exception {
        RSAKey large = new RSAKey.Builder(
                Base64URL.encode(BigInteger.ONE.shiftLeft(8_192).add(BigInteger.ONE)),
                RSA.getPublicExponent()).keyID("large").build();

        assertEquals("has no usable key", fault(text(large)));
    }

    @Test
    void parse_emptySet_revokesAllKeys() throws Exception {
        assertEquals(0, Jwks.parse("{\"keys\":[]}".getBytes(UTF_8)).size());
    }

    @Test
    void parse_privateKey_isAFault() {
        assertTrue(fault(new JWKSet(List.of(RSA)).toString(false)).startsWith("contains a private key"));
        assertTrue(fault(new JWKSet(List.of(EC)).toString(false)).startsWith("contains a private key"));
    }

    @Test
    void parse_twoKeysWithOneId_areAFault() {
        assertEquals("has two keys with the same kid", fault(text(RSA, TestTokens.rsa("rsa-1", 2_048))));
    }

    @Test
    void parse_moreKeysThanAllowed_isAFault() throws Exception {
        List<JWK> keys = new ArrayList<>();
        for (int i = 0; i < Jwks.MAX_KEYS; i++) {
            keys.add(new ECKey.Builder(EC).keyID("k" + i).build());
        }
        assertEquals(Jwks.MAX_KEYS, Jwks.parse(TestTokens.jwks(keys.toArray(JWK[]::new))).size());

        keys.add(EC);

        assertEquals("has more than 100 keys", fault(text(keys.toArray(JWK[]::new))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"keys\":1}", "{\"keys\":[]} x", "<html>"})
    void parse_otherText_isAFault(String text) {
        assertEquals("is not the JSON of a key set", fault(text));
    }

    @Test
    void parse_noKeys_isAFault() {
        assertEquals("has no member keys", fault("{}"));
        assertEquals("has no member keys", fault("{\"keys\":null}"));
        assertEquals("has no member keys", fault("[]"));
        assertEquals("has no member keys", fault("null"));
    }
}
