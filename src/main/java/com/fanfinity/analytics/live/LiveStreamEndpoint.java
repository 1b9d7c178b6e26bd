package com.fanfinity.analytics.live;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.SocketChannelEndPoint;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.http.StreamingExchange;
import com.fanfinity.analytics.metrics.LiveMeters;

/// `GET /api/matches/{matchId}/stream` and `GET /api/stream`: server-sent events, one response per viewer that lasts
/// until either side closes it.
///
/// HEAD gets the status and headers of GET, and opens no stream. An unknown match is 404. The response is 503 with
/// `Retry-After` at the limit of viewers, until the recent records are read, and if the metrics of a match that the
/// topics no longer hold cannot be read.
final class LiveStreamEndpoint implements StreamingEndpoint {

    static final String LIST = "/api/stream";
    static final String MATCH = "/api/matches/{matchId}/stream";

    private static final String PATH_PREFIX = "/api/matches/";
    private static final String PATH_SUFFIX = "/stream";

    private static final Duration RETRY_SOON = Duration.ofSeconds(1);
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(10);

    /// Clients reconnect after one to three seconds, so that those of a stopped instance do not all reconnect at once.
    private static final int RETRY_MILLIS = 1_000;
    private static final int RETRY_SPREAD_MILLIS = 2_000;

    /// Bounds the socket buffer of a viewer that does not read. The kernel doubles it.
    private static final int SEND_BUFFER_BYTES = 16 << 10;

    /// Concurrent reads of matches that the topics no longer hold.
    private static final int MAX_READS = 64;

    private final ChannelRegistry channels;
    private final ViewerRegistry viewers;
    private final MetricsSource source;
    private final LiveMeters meters;
    private final Supplier<Boolean> loaded;
    private final Executor readers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore reads = new Semaphore(MAX_READS);

    LiveStreamEndpoint(ChannelRegistry channels, ViewerRegistry viewers, MetricsSource source, LiveMeters meters,
            Supplier<Boolean> loaded) {
        this.channels = channels;
        this.viewers = viewers;
        this.source = source;
        this.meters = meters;
        this.loaded = loaded;
    }

    @Override
    public Optional<String> routeTemplate(String path) {
        if (path.equals(LIST)) {
            return Optional.of(LIST);
        }
        boolean isMatch = path.startsWith(PATH_PREFIX) && path.endsWith(PATH_SUFFIX)
                && path.length() > PATH_PREFIX.length() + PATH_SUFFIX.length()
                && path.indexOf('/', PATH_PREFIX.length()) == path.length() - PATH_SUFFIX.length();
        return isMatch ? Optional.of(MATCH) : Optional.empty();
    }

    @Override
    public void handle(StreamingExchange exchange) {
        if (!exchange.isHead() && !exchange.method().equals("GET")) {
            exchange.response().getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            exchange.sendProblem(Problem.of(405, "method-not-allowed", "Method not allowed",
                    "This path supports GET and HEAD only."));
        } else if (!loaded.get()) {
            exchange.sendProblem(Problem.unavailable("The live streams are still loading recent matches.", RETRY_SOON));
        } else if (exchange.endpoint().equals(LIST)) {
            open(exchange, () -> Optional.of(channels.list()));
        } else {
            openMatch(exchange);
        }
    }

    private void openMatch(StreamingExchange exchange) {
        String path = exchange.path();
        String matchId = path.substring(PATH_PREFIX.length(), path.length() - PATH_SUFFIX.length());
        if (!EventRules.isMatchId(matchId)) {
            exchange.sendProblem(Problem.badParameter("matchId", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"));
            return;
        }
        if (channels.find(matchId).isPresent()) {
            open(exchange, () -> channels.find(matchId));
        } else if (reads.tryAcquire()) {
            readers.execute(() -> readAndOpen(exchange, matchId));
        } else {
            exchange.sendProblem(Problem.overloaded("Too many reads of archived matches are in progress.", RETRY_SOON));
        }
    }

    private void readAndOpen(StreamingExchange exchange, String matchId) {
        try {
            byte[] metrics = source.metrics(matchId, exchange.requestId());
            open(exchange, () -> Optional.of(channels.publishDirect(matchId, metrics)));
        } catch (ProblemException e) {
            exchange.sendProblem(e.problem());
        } catch (RuntimeException e) {
            exchange.callback().failed(e);
        } finally {
            reads.release();
        }
    }

    /// @param channel looks the channel up; called again if the channel was retired in between
    private void open(StreamingExchange exchange, Supplier<Optional<? extends Channel>> channel) {
        if (!viewers.tryReserve()) {
            meters.refused();
            exchange.sendProblem(
                    Problem.overloaded("This instance has reached its limit of viewers.", RETRY_WHEN_FULL));
            return;
        }
        if (exchange.isHead()) {
            viewers.release();
            startResponse(exchange);
            exchange.endHead();
            return;
        }
        Optional<String> lastEventId = exchange.header("Last-Event-ID");
        for (Optional<? extends Channel> found = channel.get(); found.isPresent(); found = channel.get()) {
            Channel.Update first = found.get().initialUpdate(lastEventId);
            Viewer viewer = new Viewer(found.get(), viewers, exchange.response(), exchange.callback(), meters);
            if (viewers.register(viewer)) {
                start(exchange, viewer, first);
                return;
            }
        }
        viewers.release();
        exchange.sendProblem(
                Problem.unavailable("The stream of the match has just been closed; connect again.", RETRY_SOON));
    }

    private static void start(StreamingExchange exchange, Viewer viewer, Channel.Update first) {
        boundSendBuffer(exchange);
        startResponse(exchange);
        viewer.start(SseFrames.retry(RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_SPREAD_MILLIS)), first);
    }

    private static void startResponse(StreamingExchange exchange) {
        exchange.startResponse(200, "text/event-stream");
        exchange.response().getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        exchange.response().getHeaders().put("X-Accel-Buffering", "no"); // turns buffering in proxies off
    }

    private static void boundSendBuffer(StreamingExchange exchange) {
        if (exchange.request().getConnectionMetaData().getConnection()
                .getEndPoint() instanceof SocketChannelEndPoint socket) {
            try {
                socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
            } catch (IOException _) {
                // the connection is closed, and the first write fails
            }
        }
    }
}
