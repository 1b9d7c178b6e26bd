package com.fanfinity.analytics.lab.viewers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fanfinity.analytics.lab.bench.Connection;

/// Sends the probes and goals of [LiveBench] at their scheduled times: each match gets a probe a second, spread over
/// the second, and at some seconds every match gets a goal at the same time.
///
/// The events of a match use one connection, each after the 202 of the previous one. After any other answer the same
/// event is repeated. The `timestamp` of an event is its send time.
final class LiveFeed implements Runnable {
    private static final Duration LATE = Duration.ofSeconds(20);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Selector selector = Selector.open();
    private final URI target;
    private final String run;
    private final Lane[] lanes;
    private final Map<Connection, Lane> byConnection = new HashMap<>();
    private final int seconds;
    private final List<Integer> goalSeconds;
    private final EventTimes probes;
    private final EventTimes goals;
    private final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);
    private final long startNanos;
    private int nextProbe;
    private int nextGoals;
    private long repeats;
    private long longestWaitNanos;

    private record Due(LiveEvents.Purpose kind, int number, long dueNanos) {}

    /// A match and its connection. While the connection is busy, the first event in the queue is in flight.
    private static final class Lane {
        final int match;
        final Connection connection;
        final ArrayDeque<Due> queue = new ArrayDeque<>();
        boolean broken;
        long notBefore;

        Lane(int match, Connection connection, long now) {
            this.match = match;
            this.connection = connection;
            this.notBefore = now;
        }
    }

    /// @param startNanos the scheduled time of the first probe, by `System.nanoTime()`
    /// @param seconds the length of the probes
    /// @param goalSeconds the seconds with a goal in every match, in order
    LiveFeed(URI target, String run, int matches, long startNanos, int seconds, List<Integer> goalSeconds)
            throws IOException {
        this.target = target;
        this.run = run;
        this.startNanos = startNanos;
        this.seconds = seconds;
        this.goalSeconds = List.copyOf(goalSeconds);
        this.probes = new EventTimes(matches, seconds);
        this.goals = new EventTimes(matches, goalSeconds.size());
        this.lanes = new Lane[matches];
        var address = new InetSocketAddress(target.getHost(), target.getPort());
        for (int match = 0; match < matches; match++) {
            lanes[match] = new Lane(match, new Connection(address, selector), startNanos);
            byConnection.put(lanes[match].connection, lanes[match]);
        }
    }

    EventTimes probes() {
        return probes;
    }

    EventTimes goals() {
        return goals;
    }

    /// The number of acknowledged events of each match.
    Map<String, Long> acknowledged() {
        Map<String, Long> byMatch = new HashMap<>();
        for (Lane lane : lanes) {
            byMatch.put(LiveEvents.matchId(run, lane.match), (long) probes.count(lane.match) + goals.count(lane.match));
        }
        return byMatch;
    }

    /// The number of repeated requests.
    long repeats() {
        return repeats;
    }

    /// The maximum delay of an event from its scheduled time until it was sent.
    Duration longestWait() {
        return Duration.ofNanos(longestWaitNanos);
    }

    @Override
    public void run() {
        try (selector) {
            long deadline = startNanos + TimeUnit.SECONDS.toNanos(seconds) + LATE.toNanos();
            while (!isDone() && System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
                long now = System.nanoTime();
                queueDue(now);
                sendQueued(now);
                selector.select(this::receive, 1);
            }
            for (Lane lane : lanes) {
                lane.connection.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed", e);
        }
    }

    private boolean isDone() {
        if (nextProbe < seconds * lanes.length || nextGoals < goalSeconds.size()) {
            return false;
        }
        for (Lane lane : lanes) {
            if (!lane.queue.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void queueDue(long now) {
        for (; nextGoals < goalSeconds.size() && due(goalSeconds.get(nextGoals), 0) <= now; nextGoals++) {
            for (Lane lane : lanes) {
                lane.queue.add(new Due(LiveEvents.Purpose.GOAL, nextGoals + 1, due(goalSeconds.get(nextGoals), 0)));
            }
        }
        for (; nextProbe < seconds * lanes.length && probeDue() <= now; nextProbe++) {
            lanes[nextProbe % lanes.length].queue
                    .add(new Due(LiveEvents.Purpose.PROBE, nextProbe / lanes.length + 1, probeDue()));
        }
    }

    private long probeDue() {
        return due(nextProbe / lanes.length, (double) (nextProbe % lanes.length) / lanes.length);
    }

    private long due(int second, double part) {
        return startNanos + (long) ((second + part) * 1e9);
    }

    private void sendQueued(long now) throws IOException {
        for (Lane lane : lanes) {
            if (lane.queue.isEmpty() || lane.connection.busy() || lane.notBefore > now) {
                continue;
            }
            try {
                if (lane.broken) {
                    lane.connection.reopen();
                    lane.broken = false;
                }
                send(lane, lane.queue.getFirst());
            } catch (IOException _) {
                fail(lane);
            }
        }
    }

    private void send(Lane lane, Due event) throws IOException {
        Instant now = Instant.now();
        String body = LiveEvents.json(run, event.kind(), lane.match, event.number(),
                now.truncatedTo(ChronoUnit.MILLIS));
        String request = "POST /api/events HTTP/1.1\r\nHost: " + target.getHost() + ":" + target.getPort()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        longestWaitNanos = Math.max(longestWaitNanos, System.nanoTime() - event.dueNanos());
        times(event).sent(lane.match, event.number(), ViewerLoop.micros(now));
        lane.connection.send(event.number(), event.dueNanos(), ByteBuffer.wrap(request.getBytes(US_ASCII)));
    }

    private EventTimes times(Due event) {
        return switch (event.kind()) {
            case PROBE -> probes;
            case GOAL -> goals;
            case START -> throw new IllegalStateException("sent before");
        };
    }

    private void receive(SelectionKey key) {
        Lane lane = requireNonNull(byConnection.get((Connection) key.attachment()));
        try {
            int status = lane.connection.receive(in);
            if (status >= 0 && lane.connection.busy()) {
                answered(lane, status);
            }
        } catch (IOException _) {
            fail(lane);
        }
    }

    private void answered(Lane lane, int status) {
        lane.connection.idle();
        if (status == 202) {
            Due event = lane.queue.removeFirst();
            times(event).accepted(lane.match, event.number(), ViewerLoop.micros(Instant.now()));
        } else {
            again(lane);
        }
    }

    /// The server closes a connection after a long idle time, which is not an error.
    private void fail(Lane lane) {
        lane.broken = true;
        try {
            lane.connection.close();
        } catch (IOException _) {
            // the connection is not usable any more
        }
        if (lane.connection.busy()) {
            lane.connection.idle();
            again(lane);
        }
    }

    private void again(Lane lane) {
        repeats++;
        lane.notBefore = System.nanoTime() + RETRY_NANOS;
    }
}
