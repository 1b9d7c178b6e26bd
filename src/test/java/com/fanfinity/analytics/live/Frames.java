package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// Reads frames.
final class Frames {

    private Frames() {}

    static String text(List<Frame> frames) {
        StringBuilder text = new StringBuilder();
        frames.forEach(frame -> text.append(UTF_8.decode(frame.slice(0, frame.length()))));
        return text.toString();
    }
}
