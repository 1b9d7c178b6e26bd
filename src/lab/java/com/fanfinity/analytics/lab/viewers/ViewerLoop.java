package com.fanfinity.analytics.lab.viewers;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;

/// All viewers of a process on one thread, which connects them at a fixed rate, reads, and records the arrivals.
///
/// The time of an arrival is the return of its read, so a delay of this thread counts as latency.
final class ViewerLoop implements Runnable, AutoCloseable {
    private static final int CONNECTING_AT_ONCE = 200;
    private static final int ATTEMPTS = 5;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TICK_MILLIS = 5;
    private static final int READ_BYTES = 64 * 1024;

    private final ViewerPlan plan;
    private final InetSocketAddress server;
    private final Selector selector = Selector.open();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<SimulatedViewer> viewers = new ArrayList<>();
    private final byte[][] requests;
    private final LiveFrames[] frames;
    private final PriorityQueue<SimulatedViewer> waiting = new PriorityQueue<>(
            Comparator.comparingLong((SimulatedViewer viewer) -> viewer.dueNanos));
    private final ArrayDeque<Integer> sourcesInTurn = new ArrayDeque<>();
    private final ViewerRecord record = new ViewerRecord();
    private final ViewerCounts counts = record.counts();
    private byte[] received = new byte[READ_BYTES];
    private byte[] work = new byte[2 * READ_BYTES];
    private int connecting;
    private long roundNanos;
    private volatile boolean closed;

    ViewerLoop(ViewerPlan plan) throws IOException {
        this.plan = plan;
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port());
        this.requests = new byte[plan.matches()][];
        this.frames = new LiveFrames[plan.matches()];
        for (int match = 0; match < plan.matches(); match++) {
            String id = LiveEvents.matchId(plan.run(), match);
            requests[match] = Bytes.of("GET /api/matches/" + id + "/stream HTTP/1.1\r\nHost: 127.0.0.1:" + plan.port()
                    + "\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
            frames[match] = new LiveFrames(id);
        }
        for (int source = 0; source < plan.sources().size(); source++) {
            sourcesInTurn.add(source);
        }
    }

    /// Starts to connect the viewers, one after the other.
    void connect() {
        long start = System.nanoTime();
        long gap = TimeUnit.SECONDS.toNanos(1) / plan.connectsPerSecond();
        for (int i = 0; i < plan.viewers(); i++) {
            SimulatedViewer viewer = new SimulatedViewer((plan.first() + i) % plan.matches());
            viewer.dueNanos = start + i * gap;
            viewers.add(viewer);
            waiting.add(viewer);
        }
    }

    /// Runs a task between two rounds, on the thread of the viewers.
    <T> T call(Callable<T> callable) {
        var result = new CompletableFuture<T>();
        tasks.add(() -> {
            try {
                result.complete(callable.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        selector.wakeup();
        return result.join();
    }

    /// The records of the viewers. Use only in [#call].
    ViewerRecord record() {
        return record;
    }

    /// Use only in [#call].
    List<SimulatedViewer> viewers() {
        return viewers;
    }

    @Override
    public void run() {
        try (selector) {
            while (!closed) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                connectDue();
                roundNanos = 0;
                selector.select(this::ready, waiting.isEmpty() ? 1_000 : TICK_MILLIS);
                measureRound();
            }
            for (SimulatedViewer viewer : viewers) {
                viewer.disconnect();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void measureRound() {
        if (roundNanos != 0) {
            long took = System.nanoTime() - roundNanos;
            counts.add(Count.STALLS, took > STALL_NANOS ? 1 : 0);
            counts.max(Count.LONGEST_STALL_MICROS, took / 1_000);
        }
    }

    private void connectDue() throws IOException {
        long now = System.nanoTime();
        while (connecting < CONNECTING_AT_ONCE && !waiting.isEmpty() && waiting.peek().dueNanos - now <= 0) {
            SimulatedViewer viewer = waiting.remove();
            int source = sourcesInTurn.remove();
            sourcesInTurn.add(source);
            connecting++;
            try {
                connect(viewer, plan.sources().get(source));
            } catch (IOException _) {
                counts.add(Count.FAILED_CONNECTS, 1);
                lost(viewer, RETRY_NANOS);
            }
        }
    }

    private void connect(SimulatedViewer viewer, String source) throws IOException {
        SocketChannel channel = SocketChannel.open();
        viewer.connectingOver(channel);
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
        channel.connect(server);
        channel.register(selector, SelectionKey.OP_CONNECT, viewer);
    }

    private void ready(SelectionKey key) {
        if (roundNanos == 0) {
            roundNanos = System.nanoTime();
        }
        SimulatedViewer viewer = (SimulatedViewer) key.attachment();
        try {
            if (viewer.state == SimulatedViewer.ConnectionPhase.CONNECTING) {
                request(viewer, key);
            } else {
                read(viewer);
            }
        } catch (IOException _) {
            broken(viewer);
        }
    }

    private void request(SimulatedViewer viewer, SelectionKey key) throws IOException {
        viewer.channel().finishConnect();
        ByteBuffer request = ByteBuffer.wrap(requests[viewer.match]);
        viewer.channel().write(request);
        if (request.hasRemaining()) {
            throw new IOException("the socket accepted only part of a request");
        }
        viewer.state = SimulatedViewer.ConnectionPhase.HEAD;
        key.interestOps(SelectionKey.OP_READ);
    }

    private void read(SimulatedViewer viewer) throws IOException {
        boolean head = viewer.state == SimulatedViewer.ConnectionPhase.HEAD;
        int kept = head ? viewer.pendingLength() : 0;
        if (kept + READ_BYTES > received.length) {
            received = new byte[kept + READ_BYTES];
        }
        int read = viewer.channel().read(ByteBuffer.wrap(received, kept, received.length - kept));
        if (read < 0) {
            throw new EOFException();
        }
        long micros = micros(Instant.now()) - plan.epochMicros();
        counts.add(Count.BYTES, read);
        int body = head ? head(viewer, kept + read) : 0;
        if (viewer.state == SimulatedViewer.ConnectionPhase.STREAM) {
            body(viewer, body, kept + read, micros);
        }
    }

    static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
    }

    /// @return the start of the body, if the answer is a stream
    private int head(SimulatedViewer viewer, int length) throws IOException {
        viewer.restore(received);
        ResponseHead head = ResponseHead.parse(received, length);
        if (!head.isComplete()) {
            viewer.keep(received, 0, length);
            return length;
        }
        viewer.keep(received, length, length);
        switch (head.status()) {
            case 200 -> {
                connecting--;
                viewer.streams(head.chunked());
            }
            case 503 -> {
                counts.add(Count.TOO_MANY, 1);
                lost(viewer, TimeUnit.SECONDS.toNanos(Math.clamp(head.retryAfterSeconds(), 1, 5)));
            }
            default -> {
                counts.add(Count.FAILED_CONNECTS, 1);
                lost(viewer, RETRY_NANOS);
            }
        }
        return head.length();
    }

    private void body(SimulatedViewer viewer, int from, int to, long micros) throws IOException {
        int needed = viewer.pendingLength() + to - from;
        if (needed > work.length) {
            work = Arrays.copyOf(work, 2 * needed);
        }
        int end = viewer.decode(received, from, to, work, viewer.restore(work));
        int next = 0;
        for (LiveFrame frame = frames[viewer.match].next(work, next, end); frame
                .isComplete(); frame = frames[viewer.match].next(work, next,
                        end)) {
            record.record(viewer, frame, micros);
            next += frame.length();
        }
        viewer.keep(work, next, end);
        if (viewer.ended()) {
            throw new EOFException();
        }
    }

    private void broken(SimulatedViewer viewer) {
        counts.add(viewer.state == SimulatedViewer.ConnectionPhase.STREAM ? Count.CUT_OFF : Count.FAILED_CONNECTS, 1);
        lost(viewer, RETRY_NANOS);
    }

    /// Schedules another attempt, a limited number of times.
    private void lost(SimulatedViewer viewer, long pauseNanos) {
        connecting -= viewer.state == SimulatedViewer.ConnectionPhase.STREAM ? 0 : 1;
        boolean givesUp = viewer.attempts >= ATTEMPTS;
        try {
            viewer.disconnect();
        } catch (IOException _) {
            // the connection is not usable any more
        }
        viewer.state = givesUp ? SimulatedViewer.ConnectionPhase.GAVE_UP : SimulatedViewer.ConnectionPhase.WAITING;
        counts.add(Count.GAVE_UP, givesUp ? 1 : 0);
        if (!givesUp) {
            viewer.dueNanos = System.nanoTime() + pauseNanos;
            waiting.add(viewer);
        }
    }
}
