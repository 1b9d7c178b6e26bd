package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate that signs itself, made by the JDK's keytool.
///
/// @param certificate a PEM file
/// @param key a PEM file
public record SelfSigned(Path certificate, Path key, KeyStore keyStore) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    /// @param keyOptions of keytool, such as `-keyalg RSA -keysize 2048`
    /// @param names the subject alternative names, such as `dns:localhost,ip:127.0.0.1`
    public static SelfSigned create(Path directory, String keyOptions, String names)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("store.p12");
        Files.deleteIfExists(store);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "test",
                "-dname", "CN=test", "-ext", "SAN=" + names, "-validity", "2", "-storetype", "PKCS12", "-keystore",
                store.toString(), "-storepass", new String(PASSWORD)));
        command.addAll(List.of(keyOptions.split(" ")));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool failed: " + output);
        }
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keyStore.load(in, PASSWORD);
        }
        Path certificate = Files.writeString(directory.resolve("tls.crt"),
                pem("CERTIFICATE", keyStore.getCertificate("test").getEncoded()));
        Path key = Files.writeString(directory.resolve("tls.key"),
                pem("PRIVATE KEY", keyStore.getKey("test", PASSWORD).getEncoded()));
        return new SelfSigned(certificate, key, keyStore);
    }

    /// For the names of the loopback.
    public static SelfSigned create(Path directory) throws Exception {
        return create(directory, "-keyalg EC -groupname secp256r1", "dns:localhost,ip:127.0.0.1");
    }

    public static String pem(String type, byte[] encoded) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(encoded) + "\n-----END " + type
                + "-----\n";
    }

    /// Replaces the files of a server with these.
    public void copyTo(Path otherCertificate, Path otherKey) throws IOException {
        Files.copy(certificate, otherCertificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(key, otherKey, StandardCopyOption.REPLACE_EXISTING);
    }

    /// A context that shows the own certificate and, if there are any, accepts only the trusted ones.
    public static SSLContext context(SelfSigned own, SelfSigned... trusted)
            throws GeneralSecurityException, IOException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, PASSWORD);
        for (int i = 0; i < trusted.length; i++) {
            trust.setCertificateEntry("trusted-" + i, trusted[i].keyStore().getCertificate("test"));
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trust);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(own.keyStore(), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trusted.length == 0 ? null : trustManagers.getTrustManagers(),
                null);
        return context;
    }
}
