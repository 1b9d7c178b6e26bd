package com.fanfinity.analytics.peers;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.metrics.Meters;

/// Asks other instances, once each: it never repeats a request, and one that did not answer is left alone for a moment.
public final class PeerClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

    /// Which copy of the state is to be read; in an answer, {@link #FINAL}.
    public static final String REPLICA_HEADER = "X-Copy";

    /// With a 503: it is the answer, and nobody with another copy knows more.
    public static final String FINAL_ANSWER = "final";

    private static final String REQUEST_ID = "X-Request-Id";

    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int TIMEOUTS_IN_A_ROW = 3;
    private static final int MOST_AT_ONCE = 256;
    private static final int MOST_PEERS = 1_000;

    /// One instance as seen from here.
    private static final class PeerState {
        private final Semaphore free = new Semaphore(MOST_AT_ONCE);
        private final AtomicLong aloneUntil = new AtomicLong(System.nanoTime());
        private final AtomicInteger timeouts = new AtomicInteger();

        private void leaveAlone() {
            aloneUntil.set(System.nanoTime() + PAUSE.toNanos());
        }

        private boolean isLeftAlone() {
            return System.nanoTime() - aloneUntil.get() < 0;
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER).executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    private final Map<Peer, PeerState> states = new ConcurrentHashMap<>();
    private final Settings.Secret secret;
    private final Meters meters;

    /// @param secret what all instances know
    public PeerClient(Settings.Secret secret, Meters meters) {
        this.secret = secret;
        this.meters = meters;
    }

    /// The instance's answer; empty if there was none in time, if it has no such copy now, or if it is not to be asked for the moment.
    ///
    /// @param path with the query
    /// @param copy active or standby
    /// @param limit how long to wait for it
    public Optional<InstanceResponse> get(Peer peer, String path, String copy, String requestId, Duration limit) {
        if (states.size() > MOST_PEERS) {
            states.clear(); // instances that were
        }
        PeerState line = states.computeIfAbsent(peer, _ -> new PeerState());
        if (limit.isNegative() || limit.isZero() || line.isLeftAlone() || !line.free.tryAcquire()) {
            meters.instance().forwarded("not_asked");
            return Optional.empty();
        }
        CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + peer + path)).timeout(limit)
                    .header("Authorization", "Bearer " + secret.value()).header(REQUEST_ID, requestId).header(REPLICA_HEADER, copy).build();
            answer = http.sendAsync(request, BodyHandlers.ofByteArray());
            // The request's own timeout ends when the headers are there; this one is for the body too.
            Optional<InstanceResponse> reply = record(peer, line, answer.get(limit.toMillis(), TimeUnit.MILLISECONDS));
            line.timeouts.set(0);
            return reply;
        } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
            if (!isTimeout(e) || line.timeouts.incrementAndGet() >= TIMEOUTS_IN_A_ROW) {
                line.leaveAlone();
            }
            LOG.atDebug().addKeyValue("peer", peer).setCause(e).log("another instance does not answer");
            meters.instance().forwarded("no_answer");
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            answer.cancel(true);
            line.free.release();
        }
    }

    /// Of this one question, which may be a hard one; that nobody is there, or does not speak, shows otherwise.
    private static boolean isTimeout(Exception e) {
        return e instanceof TimeoutException
                || (e.getCause() instanceof HttpTimeoutException && !(e.getCause() instanceof HttpConnectTimeoutException));
    }

    private Optional<InstanceResponse> record(Peer peer, PeerState line, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 503 && response.headers().firstValue(REPLICA_HEADER).filter(FINAL_ANSWER::equals).isEmpty()) {
            meters.instance().forwarded("unavailable");
            return Optional.empty();
        }
        if (status == 401 || (status >= 500 && status != 503)) {
            line.leaveAlone();
            LOG.atWarn().addKeyValue("peer", peer).addKeyValue("status", status).log("another instance refuses to answer");
            meters.instance().forwarded("refused");
            return Optional.empty();
        }
        meters.instance().forwarded("answered");
        return Optional.of(new InstanceResponse(status, response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("Retry-After"), response.body()));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
