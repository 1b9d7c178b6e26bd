package com.fanfinity.analytics.peers;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.metrics.InstanceMeters;
import com.fanfinity.analytics.peers.PeerSignature.SignedAnswer;
import com.fanfinity.analytics.peers.PeerSignature.SignedRequest;

/// Sends signed requests to peers. It never repeats a request, and pauses requests to a peer that does not respond.
///
/// It uses an answer only if a holder of the secret has signed it for this request, and if it is JSON of bounded size
/// with a status that instances use.
public final class PeerClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

    /// In a request, the replica to read; in a response, {@link #FINAL_ANSWER}.
    public static final String REPLICA_HEADER = "X-Copy";

    /// Marks a 503 that no other replica could improve on.
    public static final String FINAL_ANSWER = "final";

    private static final String REQUEST_ID = "X-Request-Id";
    private static final String JSON = "application/json";

    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_CONSECUTIVE_TIMEOUTS = 3;
    private static final int MAX_CONCURRENT_REQUESTS = 256;
    private static final int MAX_PEERS = 1_000;

    /// No answer of the service is larger.
    private static final int MAX_BODY_BYTES = 4 << 20;

    private static final Set<Integer> STATUSES = Set.of(200, 400, 404, 503);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,4}");

    /// The requests to one peer.
    private static final class PeerState {
        private final Semaphore free = new Semaphore(MAX_CONCURRENT_REQUESTS);
        private final AtomicLong pausedUntil = new AtomicLong(System.nanoTime());
        private final AtomicInteger timeouts = new AtomicInteger();

        private void pause() {
            pausedUntil.set(System.nanoTime() + PAUSE.toNanos());
        }

        private boolean isPaused() {
            return System.nanoTime() - pausedUntil.get() < 0;
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER).executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    private final Map<Peer, PeerState> states = new ConcurrentHashMap<>();
    private final Settings.Secret secret;
    private final PeerHosts hosts;
    private final Clock clock;
    private final PeerSignature.RandomBytes random;
    private final InstanceMeters meters;

    /// @param secret shared by all instances
    /// @param hosts that may be asked
    public PeerClient(Settings.Secret secret, PeerHosts hosts, Clock clock, PeerSignature.RandomBytes random,
            InstanceMeters meters) {
        this.secret = secret;
        this.hosts = hosts;
        this.clock = clock;
        this.random = random;
        this.meters = meters;
    }

    /// The peer's response; empty if it did not respond in time, has no such replica, or is paused.
    ///
    /// @param path with the query
    /// @param copy `active` or `standby`
    /// @param limit the timeout of the request
    public Optional<InstanceResponse> get(Peer peer, String path, String copy, String requestId, Duration limit) {
        if (secret.isEmpty() || !hosts.allows(peer.host())) {
            meters.forwarded("not_allowed");
            return Optional.empty();
        }
        if (states.size() > MAX_PEERS) {
            states.clear(); // most are former instances
        }
        PeerState line = states.computeIfAbsent(peer, _ -> new PeerState());
        if (limit.isNegative() || limit.isZero() || line.isPaused() || !line.free.tryAcquire()) {
            meters.forwarded("skipped");
            return Optional.empty();
        }
        CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();
        try {
            SignedRequest signed = new SignedRequest("GET", path, copy, peer.toString(), clock.millis(),
                    PeerSignature.nonce(random));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + peer + path)).timeout(limit)
                    .header(PeerSignature.HEADER, signed.header(secret)).header(REQUEST_ID, requestId)
                    .header(REPLICA_HEADER, copy).build();
            answer = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY_BYTES));
            // The timeout of the request covers only the headers; this one also covers the body.
            Optional<InstanceResponse> reply = record(peer, line, signed.nonce(),
                    answer.get(limit.toMillis(), TimeUnit.MILLISECONDS));
            line.timeouts.set(0);
            return reply;
        } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
            if (!isTimeout(e) || line.timeouts.incrementAndGet() >= MAX_CONSECUTIVE_TIMEOUTS) {
                line.pause();
            }
            LOG.atDebug().addKeyValue("peer", peer).setCause(e).log("a peer does not respond");
            meters.forwarded("no_answer");
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            answer.cancel(true);
            line.free.release();
        }
    }

    /// One slow read does not prove that the peer is down. A failed connection does.
    private static boolean isTimeout(Exception e) {
        return e instanceof TimeoutException
                || (e.getCause() instanceof HttpTimeoutException
                        && !(e.getCause() instanceof HttpConnectTimeoutException));
    }

    private Optional<InstanceResponse> record(Peer peer, PeerState line, String nonce,
            HttpResponse<byte[]> response) {
        int status = response.statusCode();
        boolean isFinal = header(response, REPLICA_HEADER).equals(FINAL_ANSWER);
        if (status == 503 && !isFinal) {
            meters.forwarded("unavailable");
            return Optional.empty();
        }
        String retryAfter = header(response, "Retry-After");
        SignedAnswer answer = new SignedAnswer(nonce, status, isFinal, header(response, "Content-Type"), retryAfter,
                response.body());
        if (!answer.isSignedBy(secret, header(response, PeerSignature.HEADER)) || !isKnown(answer)) {
            line.pause();
            LOG.atWarn().addKeyValue("peer", peer).addKeyValue("status", status)
                    .log("a peer rejected a request, or its answer is not that of an instance");
            meters.forwarded("refused");
            return Optional.empty();
        }
        meters.forwarded("answered");
        return Optional.of(new InstanceResponse(status,
                SECONDS.matcher(retryAfter).matches()
                        ? Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)))
                        : Optional.empty(),
                response.body()));
    }

    private static boolean isKnown(SignedAnswer answer) {
        return STATUSES.contains(answer.status())
                && answer.contentType().equals(answer.status() == 200 ? JSON : Problem.CONTENT_TYPE);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
