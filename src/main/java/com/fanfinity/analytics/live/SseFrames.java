package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Server-sent events as bytes.
final class SseFrames {

    /// Something was missed: what the page has must be read again.
    static final byte[] RELOAD = event("reload", "{}".getBytes(UTF_8), "");

    private SseFrames() {}

    /// @param json one value; may have line ends between its tokens
    /// @param id what a client that comes back says it has seen; empty for none
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

    /// How long a client waits before it connects again.
    static byte[] retry(int millis) {
        return ("retry: " + millis + "\n\n").getBytes(UTF_8);
    }

    /// A comment, which clients pass over.
    static byte[] comment(String text) {
        return (": " + text + "\n\n").getBytes(UTF_8);
    }

    static byte[] join(Iterable<byte[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
        frames.forEach(out::writeBytes);
        return out.toByteArray();
    }

    /// A line end would end the event's data. Inside of strings JSON has none, and elsewhere it is as good as a space.
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
