package com.fanfinity.analytics.query;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.query.MatchList.ListPosition;
import com.fanfinity.analytics.query.MatchList.ListedMatch;

/// A {@link PartitionListing} as instances exchange it:
/// `{"partitions": [0], "stale": false, "asOf": time, "matches": [cursor, summary, …]}`.
final class PartitionListingJson {

    /// @param matches for each match its position, as a cursor, and its summary
    private record SentListing(Set<Integer> partitions, boolean stale, @Nullable Instant asOf, boolean truncated,
            List<Object> matches) {}

    /// @param asOf null also from the previous release
    /// @param truncated false also from the previous release
    private record ReceivedListing(@Nullable Set<Integer> partitions, boolean stale, @Nullable Instant asOf,
            boolean truncated, @Nullable List<JsonNode> matches) {}

    private PartitionListingJson() {}

    static byte[] write(PartitionListing listing) {
        List<Object> matches = listing.entries().stream()
                .flatMap(match -> Stream.<Object>of(match.position().toCursor(), new RawJson(match.summary())))
                .toList();
        return Json
                .toBytes(new SentListing(listing.partitions(), listing.stale(), listing.asOf().orElse(null),
                        listing.truncated(), matches));
    }

    /// @throws IOException if the body was not written by {@link #write}
    static PartitionListing read(byte[] body) throws IOException {
        ReceivedListing received = Json.read(body, ReceivedListing.class)
                .orElseThrow(() -> new IOException("the body is not a list of matches"));
        Set<Integer> partitions = received.partitions() == null ? Set.of() : received.partitions();
        List<JsonNode> values = received.matches() == null ? List.of() : received.matches();
        if (values.size() % 2 != 0) {
            throw new IOException("the last match has no summary");
        }
        List<ListedMatch> matches = new ArrayList<>(values.size() / 2);
        for (int i = 0; i < values.size(); i += 2) {
            matches.add(match(values.get(i), values.get(i + 1)));
        }
        Optional<Instant> asOf = partitions.isEmpty()
                ? Optional.empty()
                : Optional.of(received.asOf() == null ? AnswerAge.NOTHING_PROVEN : received.asOf());
        return new PartitionListing(partitions, received.stale(), asOf, received.truncated(), matches);
    }

    private static ListedMatch match(JsonNode position, JsonNode summary) throws IOException {
        if (!position.isTextual() || !summary.isObject()) {
            throw new IOException("a match has no position or no summary");
        }
        try {
            return new ListedMatch(ListPosition.ofCursor(position.textValue()), summary.toString());
        } catch (ProblemException e) {
            throw new IOException("the position of a match is invalid", e);
        }
    }
}
