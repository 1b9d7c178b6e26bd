package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.Caller;

/// Viewers that read slowly or not at all.
@SuppressWarnings("ByteBufferBackingArray") // the test compares the arrays themselves
class ViewerTest {

    private static final int MAX_PENDING = 4 << 20;
    private static final Frame PREFACE = Frame.of(SseFrames.retry(1_000));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LiveMeters meters = new Meters(registry).live();
    private final PendingBytes pending = new PendingBytes(MAX_PENDING);
    private final ViewerRegistry viewers = new ViewerRegistry(10_000, 10_000, () -> StreamStatus.NONE, pending);
    private final MatchChannel channel = new MatchChannel(1, new LongAdder());
    private int published;

    /// A thousand viewers would need 900 MiB if each had a copy.
    @Test
    void catchUp_thousandViewersThatNeverRead_shareTheBytes() {
        moments(450, 2_000);
        List<FakeConnection> clients = IntStream.range(0, 1_000).mapToObj(_ -> connect("0-0")).toList();
        clients.forEach(client -> client.read(20_000));

        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        clients.forEach(client -> client.written().forEach(buffer -> arrays.add(buffer.array())));
        long bytes = arrays.stream().mapToLong(array -> array.length).sum();

        assertTrue(bytes < 1 << 20, bytes + " bytes in " + arrays.size() + " arrays");
        assertTrue(pending.bytes() > 400_000 && pending.bytes() < 1 << 20, pending.bytes() + " bytes wait");
        assertEquals(450, clients.getFirst().readAll().split("event: event\n", -1).length - 1);
    }

    @Test
    void catchUp_eachViewerWithItsOwnStart_sharesTheBytes() {
        moments(450, 2_000);
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int from = 0; from < 450; from++) {
            FakeConnection client = connect("0-" + from);
            assertEquals(450 - from, client.readAll().split("event: event\n", -1).length - 1);
            client.written().forEach(buffer -> arrays.add(buffer.array()));
        }

        long bytes = arrays.stream().mapToLong(array -> array.length).sum();
        assertTrue(bytes < 1 << 20, bytes + " bytes in " + arrays.size() + " arrays");
        assertEquals(0, pending.bytes());
    }

    @Test
    void lag_eachViewerByAnotherNumberOfUpdates_sharesTheBytes() {
        List<FakeConnection> clients = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            clients.add(connect(""));
            moments(1, 2_000);
        }
        clients.forEach(client -> client.read(1));
        clients.forEach(FakeConnection::readAll);
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        clients.forEach(client -> client.written().forEach(buffer -> arrays.add(buffer.array())));

        assertEquals(1, clients.getLast().readAll().split("event: event\n", -1).length - 1);
        assertEquals(200, clients.getFirst().readAll().split("event: event\n", -1).length - 1);
        long bytes = arrays.stream().mapToLong(array -> array.length).sum();
        assertTrue(bytes < 1 << 20, bytes + " bytes in " + arrays.size() + " arrays");
    }

    @Test
    void status_changeWithAnUpdate_isSentWithoutACopy() {
        List<FakeConnection> clients = IntStream.range(0, 100).mapToObj(_ -> connect("")).toList();
        clients.forEach(FakeConnection::readAll);
        metrics(100_000);
        viewers.publishStatus(StreamStatus.of(false, Optional.empty()));
        clients.forEach(FakeConnection::readAll);

        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        clients.forEach(client -> client.written().forEach(buffer -> arrays.add(buffer.array())));
        assertTrue(arrays.stream().mapToLong(array -> array.length).sum() < 200_000, arrays.size() + " arrays");
        assertTrue(clients.getFirst().readAll().endsWith("data: {\"following\":false,\"asOf\":null}\n\n"));
    }

    /// A client that reads slowly enough could otherwise continue for minutes after its key was removed.
    @Test
    void revoked_viewersThatReadAndThatDoNot_endAtOnce() {
        FakeConnection reading = connect("");
        FakeConnection stalled = connect("");
        reading.readAll();
        stalled.readAll();
        metrics(20_000);
        reading.readAll();
        stalled.read(100);

        viewers.endIf(_ -> true);

        assertTrue(reading.isEnded());
        assertFalse(reading.isAborted());
        assertTrue(stalled.isEnded());
        assertEquals(0, viewers.count());
        assertEquals(0, pending.bytes());
    }

    @Test
    void viewer_takesNothingFor10Seconds_isCutAsSlow() {
        FakeConnection client = connect("");
        metrics(20_000);
        long now = System.nanoTime();

        viewers.cutSlow(now + Outgoing.SLOW_NANOS - TimeUnit.SECONDS.toNanos(1));
        assertFalse(client.isAborted());
        viewers.cutSlow(now + Outgoing.SLOW_NANOS + TimeUnit.SECONDS.toNanos(1));

        assertTrue(client.isAborted() && client.isEnded());
        assertEquals(0, viewers.count());
        assertEquals(0, pending.bytes());
        assertEquals(1, ended("slow"));
    }

    @Test
    void viewer_takesLessThan1KibPerSecond_isCut() {
        assertEquals(1, periodsUntilCut(1_000));
    }

    @Test
    void viewer_takes1KibPerSecond_staysOpen() {
        assertEquals(20, periodsUntilCut(1_100));
    }

    /// @return the number of periods of 10 s for which a viewer with a large update stayed open, at most 20
    private int periodsUntilCut(int bytesPerSecond) {
        metrics(900_000);
        FakeConnection client = connect("");
        client.read(100);
        long now = System.nanoTime() + 1;
        for (int period = 1; period <= 20; period++) {
            now += Outgoing.SLOW_NANOS;
            client.read(10 * bytesPerSecond);
            viewers.cutSlow(now);
            if (client.isAborted()) {
                return period;
            }
        }
        return 20;
    }

    @Test
    void viewer_withoutUpdates_staysOpen() {
        FakeConnection client = connect("");
        client.readAll();
        viewers.cutSlow(System.nanoTime() + 100 * Outgoing.SLOW_NANOS);

        assertFalse(client.isAborted());
    }

    /// Each viewer waits for other bytes, so nothing is shared.
    @Test
    void viewers_togetherTooManyBytes_thoseThatWaitLongestAreCut() {
        List<FakeConnection> clients = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            metrics(900_000 + n);
            clients.add(connect(""));
            viewers.cutSlow(System.nanoTime());
            assertTrue(pending.bytes() <= MAX_PENDING, pending.bytes() + " bytes wait");
        }

        assertEquals(List.of(true, true, true, true, true, true, false, false, false, false),
                clients.stream().map(FakeConnection::isAborted).toList());
        assertEquals(6, ended("crowded"));
        assertEquals(4, viewers.count());
    }

    @Test
    void address_atItsLimit_othersAreNotRefused() {
        ViewerRegistry few = new ViewerRegistry(10, 2, () -> StreamStatus.NONE, pending);

        assertEquals(ViewerRegistry.Reservation.RESERVED, few.reserve("a"));
        assertEquals(ViewerRegistry.Reservation.RESERVED, few.reserve("a"));
        assertEquals(ViewerRegistry.Reservation.ADDRESS_FULL, few.reserve("a"));
        assertEquals(ViewerRegistry.Reservation.RESERVED, few.reserve("b"));
        assertEquals(3, few.count());
        few.release("a");
        assertEquals(ViewerRegistry.Reservation.RESERVED, few.reserve("a"));
    }

    private double ended(String reason) {
        return registry.get("live.streams.ended").tag("reason", reason).counter().count();
    }

    private FakeConnection connect(String lastEventId) {
        FakeConnection client = new FakeConnection("a");
        assertEquals(ViewerRegistry.Reservation.RESERVED, viewers.reserve("a"));
        Viewer viewer = new Viewer(channel, viewers, client, meters);
        assertTrue(viewers.register(viewer, Caller.TRUSTED));
        viewer.start(PREFACE, channel.initialUpdate(Optional.of(lastEventId).filter(id -> !id.isEmpty())));
        return client;
    }

    private void moments(int count, int size) {
        channel.assign(0);
        for (int n = 0; n < count; n++) {
            channel.addMoment(published++, 0, ("{\"x\":\"" + "y".repeat(size) + "\"}").getBytes(UTF_8), 0);
        }
        channel.publish(0);
    }

    private void metrics(int size) {
        channel.publishDirect(("{\"x\":\"" + "y".repeat(size) + "\"}").getBytes(UTF_8), 0);
        channel.viewers().shards().forEach(ChannelViewers.Shard::sendUpdates);
    }
}
