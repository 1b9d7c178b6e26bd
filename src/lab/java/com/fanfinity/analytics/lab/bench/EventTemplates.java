package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Prepared requests, one for each match and type. Each request only gets its id and timestamp.
///
/// The sequence of an event determines its match and type; run and sequence determine its id (UUID version 8).
final class EventTemplates {
    /// Half passes and a quarter duels, as in recorded matches. There are no retractions.
    private static final List<String> TYPES = List.of("pass", "duel", "pass", "touch", "pass", "duel", "pass", "shot",
            "pass", "duel",
            "pass", "throw_in", "pass", "duel", "pass", "reaction");
    private static final String ID = "00000000-0000-8000-8000-000000000000";
    private static final String TIMESTAMP = "2026-01-01T00:00:00.000Z";
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    private final String run;
    private final int matches;
    private final byte[][] requests;
    private final int[] idAt;
    private final int[] timestampAt;

    /// @param run a part of the match ids, `bench-<run>-<match>`; letters, digits and `-`
    EventTemplates(URI target, String run, int matches) {
        this.run = run;
        this.matches = matches;
        int count = matches * TYPES.size();
        this.requests = new byte[count][];
        this.idAt = new int[count];
        this.timestampAt = new int[count];
        for (int match = 0; match < matches; match++) {
            for (int type = 0; type < TYPES.size(); type++) {
                String request = request(target, matchId(match), TYPES.get(type), match);
                int index = match * TYPES.size() + type;
                requests[index] = request.getBytes(ISO_8859_1);
                idAt[index] = request.indexOf(ID);
                timestampAt[index] = request.indexOf(TIMESTAMP);
            }
        }
    }

    private static String request(URI target, String matchId, String type, int match) {
        String body = """
                {"eventId":"%s","matchId":"%s","eventType":"%s","timestamp":"%s","teamId":"team-%d","playerId":"player-%d",\
                "metadata":{"period":"1H","minute":12,"detail":"Simple","x":50,"y":51}}"""
                .formatted(ID, matchId, type, TIMESTAMP,
                        match * 2 + type.length() % 2, match * 22 + type.length());
        return "POST /api/events HTTP/1.1\r\nHost: " + target.getHost() + ":" + target.getPort()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    int match(int sequence) {
        return sequence % matches;
    }

    String matchId(int match) {
        return "bench-" + run + "-" + match;
    }

    String type(int sequence) {
        return TYPES.get(typeIndex(sequence));
    }

    /// Consecutive events of a match have different types.
    private int typeIndex(int sequence) {
        return sequence / matches * 5 % TYPES.size();
    }

    UUID eventId(int sequence) {
        return new UUID(idHigh(), idLow(sequence));
    }

    private long idHigh() {
        return ((long) run.hashCode() << 32) | 0x8000L;
    }

    private static long idLow(int sequence) {
        return 0x8000_0000_0000_0000L | sequence;
    }

    /// Writes the whole request of an event.
    ///
    /// @param timestamp from [TimestampText]
    void render(int sequence, byte[] timestamp, ByteBuffer into) {
        int index = match(sequence) * TYPES.size() + typeIndex(sequence);
        int start = into.position();
        into.put(requests[index]);
        into.put(start + timestampAt[index], timestamp);
        putId(idHigh(), idLow(sequence), into, start + idAt[index]);
    }

    /// Only the body of the request.
    String json(int sequence) {
        ByteBuffer request = ByteBuffer.allocate(4_096);
        render(sequence, new TimestampText().of(System.currentTimeMillis()), request);
        String text = new String(request.array(), 0, request.position(), ISO_8859_1);
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }

    private static void putId(long high, long low, ByteBuffer into, int at) {
        int position = at;
        for (int digit = 0; digit < 32; digit++) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
                position++;
            }
            long half = digit < 16 ? high : low;
            into.put(position++, HEX[(int) (half >>> (60 - 4 * (digit & 15))) & 15]);
        }
    }

    /// The time as text, which is formatted once a second and patched in between.
    static final class TimestampText {
        private final byte[] text = TIMESTAMP.getBytes(ISO_8859_1);
        private long second = Long.MIN_VALUE;

        /// Returns the same array on every call.
        byte[] of(long epochMillis) {
            long whole = Math.floorDiv(epochMillis, 1000L);
            if (whole != second) {
                second = whole;
                byte[] formed = Instant.ofEpochSecond(whole).toString().getBytes(ISO_8859_1);
                System.arraycopy(formed, 0, text, 0, 19);
            }
            int millis = (int) Math.floorMod(epochMillis, 1000L);
            text[20] = (byte) ('0' + millis / 100);
            text[21] = (byte) ('0' + millis / 10 % 10);
            text[22] = (byte) ('0' + millis % 10);
            return text;
        }
    }
}
