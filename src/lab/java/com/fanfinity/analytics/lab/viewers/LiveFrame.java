package com.fanfinity.analytics.lab.viewers;

/// The parts of a frame that a viewer needs. A frame ends with its blank line.
///
/// @param length in bytes, including the blank line; 0 if the frame is not complete
/// @param ours whether the frame belongs to the requested match; true if it names none
/// @param version the version of the metrics; -1 if there is none
/// @param probes the number of [LiveEvents#PROBE] in the metrics
/// @param event the number in the id of a key moment, see {@link LiveEvents}; -1 if there is none
record LiveFrame(FrameType kind, int length, boolean ours, long version, int probes, long event) {

    enum FrameType {
        METRICS,
        EVENT,
        MINUTES,
        RELOAD,
        /// Contains only comments.
        COMMENT,
        /// Other frames, such as `retry:`.
        OTHER
    }

    static final LiveFrame INCOMPLETE = new LiveFrame(FrameType.OTHER, 0, true, -1, 0, -1);

    private static final byte[] EVENT = Bytes.of("event:");
    private static final byte[] DATA = Bytes.of("data:");
    private static final byte[] MATCH_ID = Bytes.of("\"matchId\":\"");
    private static final byte[] VERSION = Bytes.of("\"version\":");
    private static final byte[] BY_TYPE = Bytes.of("\"eventsByType\":{");
    private static final byte[] PROBE = Bytes.of("\"" + LiveEvents.PROBE.wireName() + "\":");
    private static final byte[] EVENT_ID = Bytes.of("\"eventId\":\"");
    private static final int ID_LENGTH = 36;
    private static final int NUMBER_DIGITS = 12;

    boolean isComplete() {
        return length > 0;
    }

    /// The frame at `from`, if it is complete. Lines end in LF or CRLF.
    ///
    /// @param matchId in JSON, with the closing quote
    static LiveFrame parse(byte[] in, int from, int to, byte[] matchId) {
        FrameType kind = FrameType.COMMENT;
        int data = to;
        for (int line = from; line < to;) {
            int end = endOfLine(in, line, to);
            if (end < 0) {
                return INCOMPLETE;
            }
            if (in[line] == '\n' || (in[line] == '\r' && end == line + 2)) {
                return of(kind, in, from, Math.min(data, line), line, end, matchId);
            }
            if (Bytes.isAt(EVENT, in, line, end)) {
                kind = kind(in, afterSpace(in, line + EVENT.length), end);
            } else if (in[line] != ':' && kind == FrameType.COMMENT) {
                kind = FrameType.OTHER;
            }
            if (data == to && Bytes.isAt(DATA, in, line, end)) {
                data = line + DATA.length;
            }
            line = end;
        }
        return INCOMPLETE;
    }

    /// The metrics of a match without the frame, as in `match-stats`.
    static LiveFrame ofMetrics(byte[] json) {
        return new LiveFrame(FrameType.METRICS, json.length, true, version(json, 0, json.length),
                probes(json, 0, json.length), -1);
    }

    private static LiveFrame of(FrameType kind, byte[] in, int from, int data, int dataEnd, int end, byte[] matchId) {
        int match = Bytes.indexOf(MATCH_ID, in, data, dataEnd);
        boolean ours = match < 0 || Bytes.isAt(matchId, in, match + MATCH_ID.length, dataEnd);
        boolean metrics = kind == FrameType.METRICS;
        return new LiveFrame(kind, end - from, ours, metrics ? version(in, data, dataEnd) : -1,
                metrics ? probes(in, data, dataEnd) : 0, kind == FrameType.EVENT ? event(in, data, dataEnd) : -1);
    }

    private static long version(byte[] in, int from, int to) {
        int at = Bytes.lastIndexOf(VERSION, in, from, to);
        return at < 0 ? -1 : Bytes.number(in, at + VERSION.length, to);
    }

    /// The object of counts contains only numbers, so it ends at the next brace.
    private static int probes(byte[] in, int from, int to) {
        int object = Bytes.indexOf(BY_TYPE, in, from, to);
        if (object < 0) {
            return 0;
        }
        int end = object;
        while (end < to && in[end] != '}') {
            end++;
        }
        int at = Bytes.indexOf(PROBE, in, object, end);
        return at < 0 ? 0 : (int) Bytes.number(in, at + PROBE.length, end);
    }

    private static long event(byte[] in, int from, int to) {
        int at = Bytes.indexOf(EVENT_ID, in, from, to);
        return at < 0 ? -1 : Bytes.hex(in, at + EVENT_ID.length + ID_LENGTH - NUMBER_DIGITS, NUMBER_DIGITS, to);
    }

    private static FrameType kind(byte[] in, int at, int end) {
        for (Known known : Known.ALL) {
            int after = at + known.name.length;
            if (Bytes.isAt(known.name, in, at, end) && (in[after] == '\n' || in[after] == '\r')) {
                return known.kind;
            }
        }
        return FrameType.OTHER;
    }

    private record Known(byte[] name, FrameType kind) {
        static final Known[] ALL = {new Known(Bytes.of("metrics"), FrameType.METRICS),
            new Known(Bytes.of("event"), FrameType.EVENT),
            new Known(Bytes.of("minutes"), FrameType.MINUTES), new Known(Bytes.of("reload"), FrameType.RELOAD)};
    }

    private static int afterSpace(byte[] in, int at) {
        return in[at] == ' ' ? at + 1 : at;
    }

    /// The index after the next LF; -1 if there is none.
    private static int endOfLine(byte[] in, int from, int to) {
        for (int at = from; at < to; at++) {
            if (in[at] == '\n') {
                return at + 1;
            }
        }
        return -1;
    }
}
