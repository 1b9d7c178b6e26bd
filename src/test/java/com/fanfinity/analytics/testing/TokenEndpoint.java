package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// A token endpoint for the client credentials grant. It signs tokens with RS256.
final class TokenEndpoint implements AutoCloseable {

    static final String CLIENT = "the-client";
    static final String SECRET = "the-secret-of-the-client";
    static final String AUDIENCE = "kafka";

    private static final int LIFETIME_SECONDS = 60;

    private final HttpServer server;
    private final KeyPair pair;
    private final String subject;
    private final Path keys;

    private TokenEndpoint(HttpServer server, KeyPair pair, String subject, Path keys) {
        this.server = server;
        this.pair = pair;
        this.subject = subject;
        this.keys = keys;
    }

    /// @param subject of the tokens
    /// @param keys the file for the public key
    static TokenEndpoint start(String subject, Path keys) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        TokenEndpoint endpoint = new TokenEndpoint(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
                generator.generateKeyPair(), subject, keys);
        endpoint.writeKeys();
        endpoint.server.createContext("/token", endpoint::answer);
        endpoint.server.start();
        return endpoint;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    /// The file with the public key, as a JSON Web Key Set.
    Path keys() {
        return keys;
    }

    private void writeKeys() throws IOException {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        Files.writeString(keys, """
                {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": "%s", "e": "%s"}]}"""
                .formatted(encoded(unsigned(key.getModulus())), encoded(unsigned(key.getPublicExponent()))));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String expected = "Basic " + Base64.getEncoder().encodeToString((CLIENT + ':' + SECRET).getBytes(UTF_8));
            boolean known = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = (known
                    ? "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": %d}".formatted(token(),
                            LIFETIME_SECONDS)
                    : "{\"error\": \"invalid_client\"}").getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String token() throws GeneralSecurityException {
        long now = System.currentTimeMillis() / 1_000;
        String text = encoded("{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + '.'
                + encoded("{\"sub\":\"%s\",\"aud\":\"%s\",\"iss\":\"test\",\"iat\":%d,\"exp\":%d}"
                        .formatted(subject, AUDIENCE, now, now + LIFETIME_SECONDS).getBytes(UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(UTF_8));
        return text + '.' + encoded(signature.sign());
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
