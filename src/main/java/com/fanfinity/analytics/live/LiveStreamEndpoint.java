package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.http.StreamingExchange;
import com.fanfinity.analytics.limits.AddressShares;
import com.fanfinity.analytics.live.ViewerRegistry.Reservation;
import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.LiveMeters.StreamRefusal;
import com.fanfinity.analytics.security.Caller;

/// `GET /api/matches/{matchId}/stream` and `GET /api/stream`: server-sent events, one response per viewer that lasts
/// until either side closes it.
///
/// HEAD gets the status and headers of GET, and opens no stream. An unknown match is 404. The response is 429 with
/// `Retry-After` at the limit of one address. It is 503 with `Retry-After` at the limit of viewers, until the recent
/// records are read, and if the metrics of a match that the topics no longer hold cannot be read.
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

    /// The first bytes of a stream, by the delay that they contain.
    private static final List<Frame> PREFACES = IntStream.range(0, 20)
            .mapToObj(part -> Frame.of(SseFrames.retry(RETRY_MILLIS + part * RETRY_SPREAD_MILLIS / 20))).toList();

    /// Bounds the socket buffer of a viewer that does not read. The kernel doubles it.
    private static final int SEND_BUFFER_BYTES = 16 << 10;

    /// Concurrent reads of matches that the topics no longer hold, and those of one address.
    private static final int MAX_READS = 64;
    private static final int MAX_READS_OF_ADDRESS = MAX_READS / 4;

    private final ChannelRegistry channels;
    private final ViewerRegistry viewers;
    private final MetricsSource source;
    private final LiveMeters meters;
    private final Supplier<Boolean> loaded;
    private final Executor readers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore reads = new Semaphore(MAX_READS);
    private final AddressShares readsOfAddresses = new AddressShares(MAX_READS_OF_ADDRESS);

    LiveStreamEndpoint(ChannelRegistry channels, ViewerRegistry viewers, MetricsSource source, LiveMeters meters,
            Supplier<Boolean> loaded) {
        this.channels = channels;
        this.viewers = viewers;
        this.source = source;
        this.meters = meters;
        this.loaded = loaded;
    }

    @Override
    public Set<String> templates() {
        return Set.of(LIST, MATCH);
    }

    @Override
    public Access access() {
        return Access.READ;
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
        } else if (startRead(exchange.address())) {
            readers.execute(() -> readAndOpen(exchange, matchId));
        } else {
            exchange.sendProblem(Problem.overloaded("Too many reads of archived matches are in progress.", RETRY_SOON));
        }
    }

    private boolean startRead(ClientAddress address) {
        if (!readsOfAddresses.tryAcquireNow(address)) {
            return false;
        }
        boolean started = reads.tryAcquire();
        if (!started) {
            readsOfAddresses.release(address, 1);
        }
        return started;
    }

    private void readAndOpen(StreamingExchange exchange, String matchId) {
        try {
            byte[] metrics = source.metrics(matchId, exchange.address(), exchange.requestId());
            open(exchange, () -> Optional.of(channels.publishDirect(matchId, metrics)));
        } catch (ProblemException e) {
            exchange.sendProblem(e.problem());
        } catch (RuntimeException e) {
            exchange.callback().failed(e);
        } finally {
            reads.release();
            readsOfAddresses.release(exchange.address(), 1);
        }
    }

    /// @param channel looks the channel up; called again if the channel was retired in between
    private void open(StreamingExchange exchange, Supplier<Optional<? extends Channel>> channel) {
        ViewerConnection connection = new ExchangeConnection(exchange);
        Reservation reservation = viewers.reserve(connection.address());
        if (reservation != Reservation.RESERVED) {
            refuse(exchange, reservation);
            return;
        }
        if (exchange.isHead()) {
            viewers.release(connection.address());
            startResponse(exchange);
            exchange.endHead();
            return;
        }
        Optional<String> lastEventId = exchange.header("Last-Event-ID");
        for (Optional<? extends Channel> found = channel.get(); found.isPresent(); found = channel.get()) {
            Channel.Update first = found.get().initialUpdate(lastEventId);
            Viewer viewer = new Viewer(found.get(), viewers, connection, meters);
            if (viewers.register(viewer, Caller.of(exchange.request()))) {
                start(exchange, viewer, first);
                return;
            }
        }
        viewers.release(connection.address());
        exchange.sendProblem(
                Problem.unavailable("The stream of the match has just been closed; connect again.", RETRY_SOON));
    }

    private void refuse(StreamingExchange exchange, Reservation reservation) {
        boolean addressFull = reservation == Reservation.ADDRESS_FULL;
        meters.refused(addressFull ? StreamRefusal.ADDRESS : StreamRefusal.INSTANCE);
        exchange.sendProblem(addressFull
                ? Problem.tooManyStreams("This address has the maximum number of open streams on this instance.",
                        RETRY_WHEN_FULL)
                : Problem.overloaded("This instance has reached its limit of viewers.", RETRY_WHEN_FULL));
    }

    private static void start(StreamingExchange exchange, Viewer viewer, Channel.Update first) {
        exchange.boundSendBuffer(SEND_BUFFER_BYTES);
        startResponse(exchange);
        viewer.start(PREFACES.get(ThreadLocalRandom.current().nextInt(PREFACES.size())), first);
    }

    private static void startResponse(StreamingExchange exchange) {
        exchange.startResponse(200, "text/event-stream");
        exchange.response().getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        exchange.response().getHeaders().put("X-Accel-Buffering", "no"); // turns buffering in proxies off
    }

    /// The response to a request for a stream.
    private record ExchangeConnection(StreamingExchange exchange) implements ViewerConnection {

        @Override
        public Object address() {
            return exchange.address();
        }

        @Override
        public void write(ByteBuffer bytes, Callback callback) {
            exchange.response().write(false, bytes, callback);
        }

        @Override
        public void end() {
            exchange.response().write(true, BufferUtil.EMPTY_BUFFER, exchange.callback());
        }

        @Override
        public void fail(Throwable failure) {
            exchange.callback().failed(failure);
        }

        @Override
        public void abort() {
            exchange.abort();
        }
    }
}
