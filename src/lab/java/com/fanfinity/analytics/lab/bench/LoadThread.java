package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/// One platform thread that sends its share of the load over its share of the connections. A request that is due while
/// every connection is busy is sent late, and its latency starts at the scheduled time.
final class LoadThread implements Runnable {
    /// Longer than any drain. Later answers count as errors.
    static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(15);
    private static final long REOPEN_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Selector selector;
    private final Schedule schedule;
    private final EventTemplates events;
    private final long tickNanos;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final ArrayDeque<Connection> broken = new ArrayDeque<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);
    private final EventTemplates.TimestampText timestamp = new EventTemplates.TimestampText();
    private long reopenAt = System.nanoTime();

    final Histogram latencyNanos = new Histogram(LONGEST_NANOS, 3);
    /// Latencies from the write to the socket: of 202s, and of all other answers.
    final Histogram acceptedNanos = new Histogram(LONGEST_NANOS, 3);
    final Histogram refusedNanos = new Histogram(LONGEST_NANOS, 3);
    final long[] byStatus = new long[1000];
    final Ledger ledger;
    long sent;
    long errors;
    long unsent;
    long withoutRetryAfter;
    long cpuNanos;
    private long deadlineNanos;
    /// The time after which no request is sent.
    private long lastSendNanos;
    private boolean sendLate;

    LoadThread(InetSocketAddress address, int connectionCount, Schedule schedule, EventTemplates events, long tickNanos)
            throws IOException {
        this.selector = Selector.open();
        this.schedule = schedule;
        this.events = events;
        this.tickNanos = tickNanos;
        this.ledger = new Ledger(events);
        for (int i = 0; i < connectionCount; i++) {
            connections.add(new Connection(address, selector));
        }
        free.addAll(connections);
    }

    /// @param end the end of the sending, by `System.nanoTime()`
    void endAt(long end, OpenLoad.Options options) {
        deadlineNanos = end + options.drain().toNanos();
        sendLate = options.sendLate();
        lastSendNanos = sendLate ? deadlineNanos : end;
    }

    @Override
    public void run() {
        try {
            loop();
            countWhatIsLeft();
            for (Connection connection : connections) {
                connection.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed", e);
        } finally {
            cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }

    private void loop() throws IOException {
        while (!Thread.currentThread().isInterrupted()) {
            long now = System.nanoTime();
            boolean allSent = isOver(now);
            if (now - deadlineNanos > 0 || (allSent && free.size() + broken.size() == connections.size())) {
                return;
            }
            sendDue(now);
            await(now);
        }
    }

    private boolean isOver(long now) {
        return schedule.isOver() || now - lastSendNanos > 0;
    }

    private void sendDue(long now) {
        if (free.isEmpty() || isOver(now) || schedule.intendedNanos() > now) {
            return;
        }
        byte[] text = timestamp.of(System.currentTimeMillis());
        while (!free.isEmpty() && !schedule.isOver() && schedule.intendedNanos() <= now) {
            Connection connection = free.pop();
            out.clear();
            events.render(schedule.sequence(), text, out);
            sent++;
            try {
                connection.send(schedule.sequence(), schedule.intendedNanos(), out.flip());
            } catch (IOException _) {
                fail(connection);
            }
            schedule.advance();
        }
    }

    /// Sleeps until an answer arrives or the next request is due, with the millisecond precision of a selector. With a
    /// tick it polls instead, which sends a request within a tick of its scheduled time, for more CPU (see
    /// [OpenLoadCost]).
    private void await(long now) throws IOException {
        boolean canSend = !free.isEmpty() && !isOver(now);
        long untilDue = canSend ? schedule.intendedNanos() - now : Long.MAX_VALUE;
        if (tickNanos == 0) {
            selector.select(this::receive, Math.clamp(TimeUnit.NANOSECONDS.toMillis(untilDue), 1L, 20L));
        } else {
            LockSupport.parkNanos(Math.min(tickNanos, Math.max(untilDue, tickNanos / 2)));
            selector.selectNow(this::receive);
        }
        if (!broken.isEmpty() && now - reopenAt > 0) {
            reopenAt = now + REOPEN_EVERY_NANOS;
            reopen();
        }
    }

    private void receive(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            int status = connection.receive(in);
            if (status >= 0 && connection.busy()) {
                answered(connection, status);
            }
        } catch (IOException _) {
            fail(connection);
        }
    }

    private void answered(Connection connection, int status) {
        record(connection.intendedNanos());
        byStatus[Math.clamp(status, 0, 999)]++;
        long took = Math.clamp(System.nanoTime() - connection.sentNanos(), 0, LONGEST_NANOS);
        if (status == 202) {
            ledger.acknowledge(connection.sequence());
            acceptedNanos.recordValue(took);
        } else {
            refusedNanos.recordValue(took);
            withoutRetryAfter += connection.saidRetryAfter() ? 0 : 1;
            if (!connection.saidOverloaded()) {
                ledger.unknown(connection.sequence());
            }
        }
        connection.idle();
        free.push(connection);
    }

    private void record(long intended) {
        latencyNanos.recordValue(Math.clamp(System.nanoTime() - intended, 0, LONGEST_NANOS));
    }

    /// A broken connection counts as an error only if it has a request in flight.
    private void fail(Connection connection) {
        if (connection.busy()) {
            errors++;
            ledger.unknown(connection.sequence());
            record(connection.intendedNanos());
            connection.idle();
        } else {
            free.remove(connection);
        }
        try {
            connection.reopen();
            free.push(connection);
        } catch (IOException _) {
            broken.add(connection);
        }
    }

    private void reopen() {
        Connection connection = broken.pop();
        try {
            connection.reopen();
            free.push(connection);
        } catch (IOException _) {
            broken.add(connection);
        }
    }

    /// Requests without an answer and unsent requests are errors with their latency so far.
    private void countWhatIsLeft() {
        for (Connection connection : connections) {
            if (connection.busy()) {
                errors++;
                ledger.unknown(connection.sequence());
                record(connection.intendedNanos());
            }
        }
        for (; !schedule.isOver(); schedule.advance()) {
            errors += sendLate ? 1 : 0;
            unsent += sendLate ? 0 : 1;
            record(schedule.intendedNanos());
        }
    }
}
