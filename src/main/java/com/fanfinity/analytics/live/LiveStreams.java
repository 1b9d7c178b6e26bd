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

/// `GET /api/matches/{matchId}/stream` and `GET /api/stream`: server-sent events, one long answer a viewer.
///
/// 404 for a match that nobody knows; 503 with `Retry-After` if there are as many viewers as may be, before what was published lately has been
/// read, and if the state of a match that no topic tells of cannot be read now.
final class LiveStreams implements StreamingEndpoint {

    static final String LIST = "/api/stream";
    static final String MATCH = "/api/matches/{matchId}/stream";

    private static final String BEFORE_ID = "/api/matches/";
    private static final String AFTER_ID = "/stream";

    private static final Duration LOADING = Duration.ofSeconds(1);
    private static final Duration FULL = Duration.ofSeconds(10);

    /// Clients come back after one to three seconds, so that those of an instance that went away don't come all at once.
    private static final int RETRY_MILLIS = 1_000;
    private static final int RETRY_SPREAD_MILLIS = 2_000;

    /// What the system may hold for a viewer that doesn't read. The kernel doubles it.
    private static final int SEND_BUFFER = 16 << 10;

    /// Matches that are read at once because no topic tells of them.
    private static final int MOST_READS = 64;

    private final LiveHub hub;
    private final Viewers viewers;
    private final MetricsSource source;
    private final LiveMeters meters;
    private final Supplier<Boolean> loaded;
    private final Executor readers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore reads = new Semaphore(MOST_READS);

    LiveStreams(LiveHub hub, Viewers viewers, MetricsSource source, LiveMeters meters, Supplier<Boolean> loaded) {
        this.hub = hub;
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
        boolean isMatch = path.startsWith(BEFORE_ID) && path.endsWith(AFTER_ID)
                && path.length() > BEFORE_ID.length() + AFTER_ID.length()
                && path.indexOf('/', BEFORE_ID.length()) == path.length() - AFTER_ID.length();
        return isMatch ? Optional.of(MATCH) : Optional.empty();
    }

    @Override
    public void handle(StreamingExchange exchange) {
        if (!exchange.method().equals("GET")) {
            exchange.response().getHeaders().put(HttpHeader.ALLOW, "GET");
            exchange.sendProblem(Problem.of(405, "method-not-allowed", "Method not allowed", "This path does not take this method."));
        } else if (!loaded.get()) {
            exchange.sendProblem(Problem.unavailable("What was published lately is still being read.", LOADING));
        } else if (exchange.endpoint().equals(LIST)) {
            admit(exchange, () -> Optional.of(hub.list()));
        } else {
            match(exchange);
        }
    }

    private void match(StreamingExchange exchange) {
        String path = exchange.path();
        String matchId = path.substring(BEFORE_ID.length(), path.length() - AFTER_ID.length());
        if (!EventRules.isMatchId(matchId)) {
            exchange.sendProblem(Problem.badParameter("matchId", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"));
            return;
        }
        if (hub.match(matchId).isPresent()) {
            admit(exchange, () -> hub.match(matchId));
        } else if (reads.tryAcquire()) {
            readers.execute(() -> read(exchange, matchId));
        } else {
            exchange.sendProblem(Problem.overloaded("Many matches that are long over are asked for at once.", LOADING));
        }
    }

    private void read(StreamingExchange exchange, String matchId) {
        try {
            byte[] metrics = source.metrics(matchId, exchange.requestId());
            admit(exchange, () -> Optional.of(hub.other(matchId, metrics)));
        } catch (ProblemException e) {
            exchange.sendProblem(e.problem());
        } catch (RuntimeException e) {
            exchange.callback().failed(e);
        } finally {
            reads.release();
        }
    }

    /// @param channel looks it up; asked again if what it gave was given up meanwhile
    private void admit(StreamingExchange exchange, Supplier<Optional<? extends Channel>> channel) {
        if (!viewers.admit()) {
            meters.refused();
            exchange.sendProblem(Problem.overloaded("As many follow this instance as may.", FULL));
            return;
        }
        Optional<String> lastEventId = exchange.header("Last-Event-ID");
        for (Optional<? extends Channel> followed = channel.get(); followed.isPresent(); followed = channel.get()) {
            Channel.Update first = followed.get().first(lastEventId);
            Viewer viewer = new Viewer(followed.get(), viewers, exchange.response(), exchange.callback(), meters);
            if (viewers.joined(viewer)) {
                begin(exchange, viewer, first);
                return;
            }
        }
        viewers.release();
        exchange.sendProblem(Problem.unavailable("The match was given up a moment ago; it will be read again.", LOADING));
    }

    private static void begin(StreamingExchange exchange, Viewer viewer, Channel.Update first) {
        boundSendBuffer(exchange);
        exchange.startResponse(200, "text/event-stream");
        exchange.response().getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        exchange.response().getHeaders().put("X-Accel-Buffering", "no"); // proxies would wait for more
        viewer.begin(SseFrames.retry(RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_SPREAD_MILLIS)), first);
    }

    private static void boundSendBuffer(StreamingExchange exchange) {
        if (exchange.request().getConnectionMetaData().getConnection().getEndPoint() instanceof SocketChannelEndPoint socket) {
            try {
                socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            } catch (IOException _) {
                // closed already: the first write says so
            }
        }
    }
}
