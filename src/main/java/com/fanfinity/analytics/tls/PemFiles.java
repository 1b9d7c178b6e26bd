package com.fanfinity.analytics.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a certificate chain and its private key from PEM files.
final class PemFiles {

    private static final Pattern KEY = Pattern
            .compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = new char[0];

    /// @param keyStore with one entry and an empty password
    /// @param expires when the certificate ends
    record Loaded(KeyStore keyStore, Instant expires) {}

    private PemFiles() {}

    /// @param certificates the content of the file: the server's certificate first, then intermediate ones
    /// @param key the content of the file: a PKCS#8 key without a password, RSA or EC
    static Loaded load(byte[] certificates, byte[] key) throws GeneralSecurityException, IOException {
        List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(certificates)).stream()
                .map(X509Certificate.class::cast).toList();
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("the certificate file holds no certificate");
        }
        PrivateKey privateKey = privateKey(new String(key, StandardCharsets.US_ASCII));
        requireMatch(chain.getFirst(), privateKey);
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(null, NO_PASSWORD);
        keyStore.setKeyEntry("server", privateKey, NO_PASSWORD, chain.toArray(Certificate[]::new));
        return new Loaded(keyStore, chain.getFirst().getNotAfter().toInstant());
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        Matcher matcher = KEY.matcher(pem);
        if (!matcher.find()) {
            throw new GeneralSecurityException(
                    "the key file holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY); convert it with openssl pkcs8");
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException _) {
                // a key of another algorithm
            }
        }
        throw new GeneralSecurityException("the key is neither an RSA nor an EC key");
    }

    private static void requireMatch(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(certificate.getEncoded());
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(certificate.getEncoded());
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
    }
}
