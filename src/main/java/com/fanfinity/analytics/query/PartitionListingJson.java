package com.fanfinity.analytics.query;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.query.MatchList.ListedMatch;
import com.fanfinity.analytics.query.MatchList.ListPosition;

/// A {@link Listing} as instances tell it each other: `{"partitions": [0], "stale": false, "matches": [place, summary, …]}`.
final class PartitionListingJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private PartitionListingJson() {}

    static byte[] write(PartitionListing listing) {
        return Json.object(json -> {
            json.writeArrayFieldStart("partitions");
            for (int partition : listing.partitions()) {
                json.writeNumber(partition);
            }
            json.writeEndArray();
            json.writeBooleanField("stale", listing.stale());
            json.writeArrayFieldStart("matches");
            for (ListedMatch entry : listing.entries()) {
                json.writeString(entry.place().toCursor());
                json.writeRawValue(entry.summary());
            }
            json.writeEndArray();
        });
    }

    /// @throws IOException if it is not what {@link #write} writes
    static PartitionListing read(byte[] body) throws IOException {
        Set<Integer> partitions = new HashSet<>();
        List<ListedMatch> entries = new ArrayList<>();
        boolean stale = false;
        try (JsonParser json = FACTORY.createParser(body)) {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "partitions" -> {
                        while (json.nextToken() != JsonToken.END_ARRAY) {
                            partitions.add(json.getIntValue());
                        }
                    }
                    case "stale" -> stale = json.getBooleanValue();
                    case "matches" -> matches(json, entries);
                    default -> json.skipChildren();
                }
            }
        } catch (ProblemException e) {
            throw new IOException("no place in a list", e);
        }
        return new PartitionListing(partitions, stale, entries);
    }

    private static void matches(JsonParser json, List<ListedMatch> entries) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            ListPosition place = ListPosition.ofCursor(json.getText());
            expect(json.nextToken(), JsonToken.START_OBJECT);
            StringWriter summary = new StringWriter();
            try (JsonGenerator copy = FACTORY.createGenerator(summary)) {
                copy.copyCurrentStructure(json);
            }
            entries.add(new ListedMatch(place, summary.toString()));
        }
    }

    private static void expect(JsonToken found, JsonToken wanted) throws IOException {
        if (found != wanted) {
            throw new IOException("expected " + wanted + ", found " + found);
        }
    }
}
