package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Encodes server-sent events.
final class SseFrames {

    /// The client has missed updates and must read the timeline and the moments again.
    static final byte[] RELOAD = event("reload", "{}".getBytes(UTF_8), "");

    private SseFrames() {}

    /// @param json one value; may have line ends between its tokens
    /// @param id the `Last-Event-ID` of a client that reconnects after this event; empty for none
    static byte[] event(String name, byte[] json, String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 64);
        if (!id.isEmpty()) {
            out.writeBytes(("id: " + id + "\n").getBytes(UTF_8));
        }
        out.writeBytes(("event: " + name + "\ndata: ").getBytes(UTF_8));
        out.writeBytes(onOneLine(json));
        out.write('\n');
        out.write('\n');
        return out.toByteArray();
    }

    /// The time that a client waits before it reconnects.
    static byte[] retry(int millis) {
        return ("retry: " + millis + "\n\n").getBytes(UTF_8);
    }

    /// A comment, which clients ignore.
    static byte[] comment(String text) {
        return (": " + text + "\n\n").getBytes(UTF_8);
    }

    static byte[] join(Iterable<byte[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
        frames.forEach(out::writeBytes);
        return out.toByteArray();
    }

    /// A line end would end the event's data. JSON has none inside strings, and between tokens a space can replace it.
    private static byte[] onOneLine(byte[] json) {
        byte[] line = json.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }
}
