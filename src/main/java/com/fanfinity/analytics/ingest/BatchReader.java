package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.InvalidJsonException;
import com.fanfinity.analytics.event.JsonScanner;
import com.fanfinity.analytics.event.JsonScanner.Token;
import com.fanfinity.analytics.event.Utf8;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

/// Splits a batch into the bytes of its events, without validating them. An event that is too long is cut.
final class BatchReader {

    static final int MAX_EVENTS = 5_000;
    static final int MAX_BYTES = 8 << 20;

    /// Replaces an element that is not an object, so that validation rejects it at its index.
    private static final byte[] NOT_AN_OBJECT = "null".getBytes(UTF_8);

    /// Beyond this, the whole batch is invalid. An element with fewer levels is rejected at its index if it has too
    /// many.
    private static final int MAX_DEPTH = 1_000;

    private BatchReader() {}

    /// Splits a JSON array.
    ///
    /// @throws ProblemException 400 if the body is not a JSON array, 413 if it has too many elements
    static List<byte[]> array(byte[] body) {
        List<byte[]> events = new ArrayList<>();
        if (Utf8.faultOf(body).isPresent()) {
            throw notAnArray();
        }
        try {
            JsonScanner json = new JsonScanner(body, MAX_DEPTH);
            if (json.next() != Token.START_ARRAY) {
                throw notAnArray();
            }
            for (Token first = json.next(); first != Token.END_ARRAY; first = json.next()) {
                add(events, element(json, first, body));
            }
            json.next(); // throws if more than space follows
        } catch (InvalidJsonException e) {
            throw new ProblemException(Problem.badRequest("The request body is not valid JSON near byte "
                    + e.position() + ". No event was accepted. With application/x-ndjson, an invalid line does not"
                    + " affect the others."));
        }
        return events;
    }

    /// Splits NDJSON and skips blank lines.
    ///
    /// @throws ProblemException 413 if there are too many lines
    static List<byte[]> lines(byte[] body) {
        List<byte[]> events = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '\n') {
                if (!isBlank(body, start, i)) {
                    add(events, slice(body, start, i));
                }
                start = i + 1;
            }
        }
        return events;
    }

    private static byte[] element(JsonScanner json, Token first, byte[] body) throws InvalidJsonException {
        int start = json.start();
        json.skip();
        return first == Token.START_OBJECT ? slice(body, start, json.end()) : NOT_AN_OBJECT;
    }

    /// Of an event that is too long, only as much as shows that.
    private static byte[] slice(byte[] body, int start, int end) {
        return Arrays.copyOfRange(body, start, Math.min(end, start + EventRules.MAX_EVENT_BYTES + 1));
    }

    private static void add(List<byte[]> events, byte[] event) {
        if (events.size() == MAX_EVENTS) {
            throw new ProblemException(
                    Problem.tooLarge("A batch must not contain more than " + MAX_EVENTS + " events."));
        }
        events.add(event);
    }

    private static boolean isBlank(byte[] body, int from, int to) {
        for (int i = from; i < to; i++) {
            if (body[i] != ' ' && body[i] != '\r' && body[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static ProblemException notAnArray() {
        return new ProblemException(Problem.badRequest("The request body must be a JSON array of events in UTF-8."));
    }
}
