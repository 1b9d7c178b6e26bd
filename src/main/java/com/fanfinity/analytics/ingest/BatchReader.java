package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import com.fanfinity.analytics.event.Utf8;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

/// Splits a batch into the bytes of its events, without validating them.
final class BatchReader {

    static final int MAX_EVENTS = 5_000;
    static final int MAX_BYTES = 8 << 20;

    /// Replaces an element that is not an object, so that validation rejects it at its index.
    private static final byte[] NOT_AN_OBJECT = "null".getBytes(UTF_8);

    /// It has no limits on lengths, so that one extreme event is rejected at its index and does not affect the others.
    private static final JsonFactory JSON = JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNumberLength(MAX_BYTES).maxNameLength(MAX_BYTES).build())
            .build();

    private BatchReader() {}

    /// Splits a JSON array.
    ///
    /// @throws ProblemException 400 if the body is not a JSON array, 413 if it has too many elements
    static List<byte[]> array(byte[] body) {
        List<byte[]> events = new ArrayList<>();
        if (Utf8.faultOf(body).isPresent()) {
            throw notAnArray();
        }
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw notAnArray();
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                add(events, element(parser, body));
            }
            if (parser.nextToken() != null) {
                throw new ProblemException(Problem.badRequest("The request body has content after the JSON array."));
            }
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
            throw new ProblemException(Problem.badRequest("The request body is not valid JSON near byte " + offset
                    + ". No event was accepted. With application/x-ndjson, an invalid line does not affect "
                    + "the others."));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
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
                    add(events, Arrays.copyOfRange(body, start, i));
                }
                start = i + 1;
            }
        }
        return events;
    }

    private static byte[] element(JsonParser parser, byte[] body) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return NOT_AN_OBJECT;
        }
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return Arrays.copyOfRange(body, start, (int) parser.currentLocation().getByteOffset());
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
