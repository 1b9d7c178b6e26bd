package com.fanfinity.analytics.security;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.fanfinity.analytics.config.Jwt.KeySetUrl;
import com.fanfinity.analytics.security.Jwks.JwksException;

/// Reads a key set over https, within 5 s and up to 256 KiB. It follows no redirect.
final class JwksDownload implements JwksSource {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final KeySetUrl location;
    private final Duration timeout;
    private final HttpClient http;

    JwksDownload(KeySetUrl location) {
        this(location, TIMEOUT, HttpClient.newBuilder());
    }

    /// @param builder decides which certificates are trusted
    JwksDownload(KeySetUrl location, Duration timeout, HttpClient.Builder builder) {
        this.location = location;
        this.timeout = timeout;
        this.http = builder.version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER).executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public byte[] read() throws IOException, JwksException {
        HttpRequest request = HttpRequest.newBuilder(location.url())
                .header("Accept", "application/jwk-set+json, application/json").build();
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request,
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), Jwks.MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new JwksException("was answered with the status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException _) {
            throw new IOException("no complete answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public Duration interval() {
        return location.refresh();
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
