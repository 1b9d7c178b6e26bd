package com.fanfinity.analytics.lab.viewers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.viewers.LiveFrame.FrameType;

class LiveFrameTest {
    private static final String MATCH = LiveEvents.matchId("t", 3);
    private static final String METRICS = """
            {"matchId":"%s","status":"live","score":{"a":1},"totalEvents":9,"eventsByType":{"pass":5,"offside":4},\
            "eventsByTeam":{"offside":77},"responseTimePercentiles":{"p50":1.5},"duplicates":0,"version":1234567890123,"asOf":"x"}"""
            .formatted(MATCH);
    private static final String GOAL = LiveEvents.json("t", LiveEvents.Purpose.GOAL, 3, 2, Instant.EPOCH);
    private static final String STREAM = "retry: 2000\n\n" + "event: metrics\ndata: " + METRICS + "\n\n"
            + ": still here\n\n"
            + "event: event\nid: 0-17\ndata: " + GOAL + "\n\n" + "event: minutes\ndata: {\"windows\":[]}\n\n"
            + "event: reload\ndata: {}\n\n"
            + "event: metrics\ndata: " + METRICS.replace("\"offside\":4", "\"offside\":5").replace("890123", "890124")
            + "\n\n";
    private static final List<FrameType> KINDS = List.of(FrameType.OTHER, FrameType.METRICS, FrameType.COMMENT,
            FrameType.EVENT, FrameType.MINUTES, FrameType.RELOAD,
            FrameType.METRICS);

    @Test
    void stream_inChunksSplitAtEveryByte_isTheSameFrames() throws IOException {
        byte[] wire = chunked(STREAM.getBytes(UTF_8), 1, 700, 3, 40, 1000);
        for (int split = 0; split <= wire.length; split++) {
            assertFrames(read(wire, split, wire.length), "split at " + split);
        }
    }

    @Test
    void stream_byteByByte_isTheSameFrames() throws IOException {
        byte[] wire = chunked(STREAM.getBytes(UTF_8), 10, 1, 1, 90);
        int[] all = new int[wire.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i + 1;
        }

        assertFrames(read(wire, all), "byte by byte");
    }

    @Test
    void stream_withCarriageReturns_isTheSameFrames() throws IOException {
        byte[] wire = chunked(STREAM.replace("\n", "\r\n").getBytes(UTF_8), 333);

        assertFrames(read(wire, wire.length / 2, wire.length), "CRLF");
    }

    private static void assertFrames(List<LiveFrame> frames, String how) {
        assertEquals(KINDS, frames.stream().map(LiveFrame::kind).toList(), how);
        assertEquals(List.of(4, 5),
                frames.stream().filter(frame -> frame.kind() == FrameType.METRICS).map(LiveFrame::probes).toList(),
                how);
        assertEquals(List.of(1234567890123L, 1234567890124L),
                frames.stream().filter(frame -> frame.kind() == FrameType.METRICS).map(LiveFrame::version).toList(),
                how);
        long goal = frames.get(3).event();
        assertTrue(LiveEvents.isGoal(goal), how);
        assertEquals(3, LiveEvents.match(goal), how);
        assertEquals(2, LiveEvents.inMatch(goal), how);
        assertTrue(frames.stream().allMatch(LiveFrame::ours), how);
    }

    /// Reads like a viewer.
    ///
    /// @param ends the ends of the reads
    private static List<LiveFrame> read(byte[] wire, int... ends) throws IOException {
        var frames = new LiveFrames(MATCH);
        var viewer = new SimulatedViewer(3);
        viewer.streams(true);
        byte[] work = new byte[2 * wire.length];
        var seen = new ArrayList<LiveFrame>();
        int from = 0;
        for (int end : ends) {
            int length = viewer.decode(wire, from, end, work, viewer.restore(work));
            int next = 0;
            for (LiveFrame frame = frames.next(work, next, length); frame
                    .isComplete(); frame = frames.next(work, next, length)) {
                seen.add(frame);
                next += frame.length();
            }
            viewer.keep(work, next, length);
            from = end;
        }
        assertTrue(viewer.ended());
        assertEquals(0, viewer.pendingLength());
        return seen;
    }

    /// @param sizes the sizes of the chunks, in a cycle
    private static byte[] chunked(byte[] body, int... sizes) throws IOException {
        var out = new ByteArrayOutputStream();
        int at = 0;
        for (int i = 0; at < body.length; i++) {
            int length = Math.min(sizes[i % sizes.length], body.length - at);
            String extension = i % 2 == 0 ? "" : ";name=value";
            out.write((Integer.toHexString(length) + extension + "\r\n").getBytes(UTF_8));
            out.write(body, at, length);
            out.write("\r\n".getBytes(UTF_8));
            at += length;
        }
        out.write("0\r\nX-Trailer: 1\r\n\r\n".getBytes(UTF_8));
        return out.toByteArray();
    }

    @Test
    void frame_ofAnotherMatch_isForeign() {
        byte[] frame = ("event: metrics\ndata: " + METRICS + "\n\n").getBytes(UTF_8);

        assertFalse(new LiveFrames(LiveEvents.matchId("t", 33)).next(frame, 0, frame.length).ours());
    }

    @Test
    void metrics_withoutProbeOrVersion_countNone() {
        byte[] frame = "event: metrics\ndata: {\"eventsByType\":{\"pass\":1},\"byTeam\":{\"offside\":3}}\n\n"
                .getBytes(UTF_8);

        LiveFrame seen = new LiveFrames(MATCH).next(frame, 0, frame.length);

        assertEquals(0, seen.probes());
        assertEquals(-1, seen.version());
    }

    @Test
    void chunk_longerThanItsSize_isAFailure() {
        byte[] wire = "3\r\nabcd\r\n".getBytes(UTF_8);

        assertThrows(IOException.class, () -> new ChunkDecoder().decode(wire, 0, wire.length, new byte[20], 0));
    }

    @Test
    void chunk_withoutASize_isAFailure() {
        byte[] wire = "\r\nabc".getBytes(UTF_8);

        assertThrows(IOException.class, () -> new ChunkDecoder().decode(wire, 0, wire.length, new byte[20], 0));
    }

    @Test
    void arrival_packed_isTheSame() {
        for (boolean conflated : new boolean[]{true, false}) {
            var arrival = new Arrival(Arrival.MATCHES - 1, Arrival.NUMBERS - 1, conflated, (1L << 33) - 1);

            assertEquals(arrival,
                    Arrival.of(Arrival.pack(arrival.match(), arrival.number(), conflated, arrival.micros())));
        }
        assertEquals(new Arrival(7, 8, false, 9), Arrival.of(Arrival.pack(7, 8, false, 9)));
    }

    @Test
    void head_untilItsEnd_isIncomplete() {
        byte[] head = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\nrest"
                .getBytes(UTF_8);
        int end = head.length - "rest".length();
        for (int to = 0; to < end; to++) {
            assertFalse(ResponseHead.parse(head, to).isComplete());
        }

        assertEquals(new ResponseHead(end, 503, true, 7), ResponseHead.parse(head, head.length));
    }
}
