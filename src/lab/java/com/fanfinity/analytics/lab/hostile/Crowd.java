package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/// Many connections of one attacker, in one thread. Each sends an opening, and then drips some bytes at an interval. A
/// connection that the service closes is opened again at the next interval.
final class Crowd implements AutoCloseable {

    /// The address of an attacker with only one.
    static final InetAddress ATTACKER = InetAddress.ofLiteral("127.0.66.1");

    private static final int OPENED_AT_ONCE = 250;
    private static final int SMALL_BUFFER = 4_096;
    private static final long TURN_MILLIS = 50;

    /// @param connections at once
    /// @param sources the addresses to connect from, by turns
    /// @param opening the bytes that each connection sends at first
    /// @param drip the bytes that follow after each interval; none if empty
    /// @param reads whether the connections read their answers
    record Plan(int connections, List<InetAddress> sources, byte[] opening, byte[] drip, Duration interval,
            boolean reads) {

        static Plan silent(int connections, List<InetAddress> sources, byte[] opening) {
            return new Plan(connections, sources, opening, new byte[0], Duration.ofSeconds(10), false);
        }
    }

    private final class Member {
        private final InetAddress source;
        private @Nullable SocketChannel channel;
        private ByteBuffer unsent = ByteBuffer.allocate(0);
        private boolean isOpen;
        private long next;
        private boolean opening;

        private Member(InetAddress source) {
            this.source = source;
        }

        private void open() throws IOException {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            unsent = ByteBuffer.wrap(plan.opening);
            opening = true;
            next = System.nanoTime() + plan.interval.toNanos();
            if (!plan.reads) {
                opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            }
            opened.bind(new InetSocketAddress(source, 0));
            opened.configureBlocking(false);
            opened.connect(target);
            opened.register(selector, SelectionKey.OP_CONNECT, this);
        }

        private void ready(SelectionKey key) throws IOException {
            SocketChannel own = (SocketChannel) key.channel();
            if (key.isConnectable() && own.finishConnect()) {
                opened.incrementAndGet();
                isOpen = true;
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
            }
            if (key.isReadable()) {
                scratch.clear();
                int count = own.read(scratch);
                if (count < 0) {
                    throw new IOException("closed by the service");
                }
                received.addAndGet(count);
            }
            send(key, own);
        }

        private void send(SelectionKey key, SocketChannel own) throws IOException {
            if (unsent.hasRemaining()) {
                own.write(unsent);
            }
            if (opening && !unsent.hasRemaining()) {
                opening = false;
                sent.incrementAndGet();
            }
            key.interestOps((plan.reads ? SelectionKey.OP_READ : 0)
                    | (unsent.hasRemaining() ? SelectionKey.OP_WRITE : 0));
        }

        private void drip(long now) throws IOException {
            SocketChannel own = channel;
            if (now - next < 0) {
                return;
            }
            if (own == null) {
                open();
                return;
            }
            next = now + plan.interval.toNanos();
            SelectionKey key = own.keyFor(selector);
            if (own.isConnected() && plan.drip.length > 0 && !unsent.hasRemaining() && key != null) {
                unsent = ByteBuffer.wrap(plan.drip);
                send(key, own);
            }
        }

        private void lost() {
            cut.incrementAndGet();
            leave();
        }

        private void leave() {
            SocketChannel own = channel;
            channel = null;
            if (isOpen) {
                isOpen = false;
                open.decrementAndGet();
            }
            try {
                if (own != null) {
                    own.setOption(StandardSocketOptions.SO_LINGER, 0);
                    own.close();
                }
            } catch (IOException _) {
                // the connection is gone
            }
        }
    }

    private final InetSocketAddress target;
    private final Plan plan;
    private final Selector selector = Selector.open();
    private final ByteBuffer scratch = ByteBuffer.allocate(64 << 10);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("crowd").daemon().unstarted(this::run);
    private volatile boolean stopped;
    private volatile boolean allTried;

    private Crowd(InetSocketAddress target, Plan plan) throws IOException {
        this.target = target;
        this.plan = plan;
    }

    static Crowd start(InetSocketAddress target, Plan plan) throws IOException {
        Crowd crowd = new Crowd(target, plan);
        crowd.thread.start();
        return crowd;
    }

    /// `count` loopback addresses that no other part of the run uses.
    static List<InetAddress> addresses(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> InetAddress.ofLiteral("127.0.66." + number)).toList();
    }

    /// Whether every connection was tried once.
    boolean isComplete() {
        return allTried;
    }

    /// Adds the figures, and a violation if the crowd did not reach the service.
    ///
    /// @param openings the least openings that were sent to their ends
    void judge(int openings, Findings findings) {
        findings.figure("%s", summary());
        findings.requireAttack(allTried && opened.get() >= plan.connections, "%d of %d connections were opened",
                opened.get(), plan.connections);
        findings.requireAttack(sent.get() >= openings, "%d openings were sent, fewer than %d", sent.get(), openings);
    }

    /// As {@link #judge(int, Findings)}, if the service takes almost every opening.
    void judge(Findings findings) {
        judge(plan.connections * 9 / 10, findings);
    }

    String summary() {
        return String.format(Locale.ROOT, "%d connections from %d addresses: opened %d, at most %d at once, %d at the "
                + "end, openings sent %d, closed by the service %d, received %.1f MiB", plan.connections,
                plan.sources.size(), opened.get(), most.get(), open.get(), sent.get(), cut.get(),
                received.get() / (double) (1 << 20));
    }

    private void run() {
        List<Member> members = new ArrayList<>();
        try (selector) {
            while (!stopped) {
                for (int i = 0; i < OPENED_AT_ONCE && members.size() < plan.connections; i++) {
                    Member member = new Member(plan.sources.get(members.size() % plan.sources.size()));
                    members.add(member);
                    guarded(member, member::open);
                }
                allTried = members.size() == plan.connections;
                selector.select(allTried ? TURN_MILLIS : 1);
                selector.selectedKeys().forEach(key -> {
                    Member member = (Member) key.attachment();
                    guarded(member, () -> member.ready(key));
                });
                selector.selectedKeys().clear();
                long now = System.nanoTime();
                members.forEach(member -> guarded(member, () -> member.drip(now)));
            }
            members.forEach(Member::leave);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void guarded(Member member, Step step) {
        try {
            step.run();
        } catch (IOException | CancelledKeyException _) {
            member.lost();
        }
    }

    /// Resets all connections.
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
