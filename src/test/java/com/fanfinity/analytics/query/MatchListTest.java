package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.query.MatchList.ListPage;
import com.fanfinity.analytics.query.MatchList.ListPosition;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchList.ListedMatch;
import com.fanfinity.analytics.query.MatchLookup.PartitionMatches;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.streams.Replica;

class MatchListTest {
    private static final Instant KICK_OFF = Instant.parse("2018-07-15T15:00:00Z");

    private record MatchEntry(String matchId, MatchStats stats) {}

    @Test
    void page_anyOrder_isLiveFirstThenNewestActivityThenName() {
        List<MatchEntry> all = List.of(ended("e2", 900), live("l-b", 5), scheduled("s", 999), live("l-a", 5),
                live("l-c", 7),
                ended("e1", 1_000));

        ListPage page = page(all, Optional.empty(), Optional.empty(), 10);

        assertEquals(List.of("l-c", "l-a", "l-b", "e1", "s", "e2"), ids(page));
        assertEquals(Optional.empty(), page.next());
    }

    @Test
    void page_status_leavesOutTheOthers() {
        List<MatchEntry> all = List.of(ended("e", 1), live("l", 2), scheduled("s", 3));

        for (MatchStatus status : MatchStatus.values()) {
            ListPage page = page(all, Optional.of(status), Optional.empty(), 10);

            assertEquals(List.of(status.name().substring(0, 1).toLowerCase(java.util.Locale.ROOT)), ids(page));
        }
    }

    @Test
    void page_asManyAsTheLimit_hasNoNext() {
        List<MatchEntry> two = List.of(live("a", 1), live("b", 1));

        assertEquals(Optional.empty(), page(two, Optional.empty(), Optional.empty(), 2).next());
        assertTrue(page(two, Optional.empty(), Optional.empty(), 1).next().isPresent());
        assertEquals(Optional.empty(), page(List.of(), Optional.empty(), Optional.empty(), 1).next());
    }

    @Test
    void page_byPage_givesEachMatchOnceInOrder() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<MatchEntry> all = matches(random);
            List<String> whole = ids(page(all, Optional.empty(), Optional.empty(), 1_000));
            List<String> paged = new ArrayList<>();
            Optional<ListPosition> after = Optional.empty();
            int limit = 1 + random.nextInt(5);
            do {
                Collections.shuffle(all, random);
                ListPage page = page(all, Optional.empty(), after, limit);
                paged.addAll(ids(page));
                after = page.next().map(ListPosition::ofCursor);
            } while (after.isPresent());

            assertEquals(whole, paged, "seed " + seed);
        }
    }

    /// Other matches are added, moved and removed between pages. Matches that keep their position are neither missed
    /// nor shown twice.
    @Test
    void page_listChangesMeanwhile_matchesThatStayAreShownOnce() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<MatchEntry> staying = matches(random);
            List<MatchEntry> all = new ArrayList<>(staying);
            List<String> shown = new ArrayList<>();
            Optional<ListPosition> after = Optional.empty();
            do {
                ListPage page = page(all, Optional.empty(), after, 2);
                shown.addAll(ids(page));
                after = page.next().map(ListPosition::ofCursor);
                all = new ArrayList<>(staying);
                for (int i = random.nextInt(4); i > 0; i--) {
                    all.add(live("other-" + random.nextInt(3), random.nextInt(2_000)));
                }
            } while (after.isPresent());

            shown.removeIf(id -> id.startsWith("other"));
            assertEquals(staying.size(), shown.size(), "seed " + seed + ": " + shown);
            assertEquals(Set.copyOf(staying.stream().map(MatchEntry::matchId).toList()), new HashSet<>(shown),
                    "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b_C:d-9", "wyscout-2058017"})
    void ofCursor_resultOfToCursor_isTheSamePosition(String matchId) {
        for (ListPosition place : List.of(new ListPosition(true, 0, matchId),
                new ListPosition(false, Long.MAX_VALUE, matchId), new ListPosition(true, -5, matchId))) {
            assertEquals(place, ListPosition.ofCursor(place.toCursor()));
            assertTrue(place.toCursor().matches("[A-Za-z0-9_-]+"), "fit for a URL: " + place.toCursor());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 5", "1 5 ", "x 5 m", "2 5 m", "1 x m", "1 5 a b", "1 5 a/b",
        "1 99999999999999999999 m", " 1 5 m",
        "1 5 é"})
    void ofCursor_otherContent_is400(String content) {
        String cursor = Base64.getUrlEncoder().encodeToString(content.getBytes(UTF_8));

        assertEquals(400, assertThrows(ProblemException.class, () -> ListPosition.ofCursor(cursor)).problem().status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "a", "not base64!", "MSA1IG0=====", "é", "\u0000"})
    void ofCursor_notBase64_is400(String cursor) {
        assertEquals(400, assertThrows(ProblemException.class, () -> ListPosition.ofCursor(cursor)).problem().status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"matches\": [1]}", "{\"matches\": [\"MSA1IG0\"]}",
        "{\"matches\": [\"MSA1IG0\", 7]}",
        "{\"partitions\": [\"a\"]}",
        "{\"matches\": [\"?\", {}]}"})
    void read_notAListOfAnInstance_isAnIoException(String json) {
        assertThrows(IOException.class, () -> PartitionListingJson.read(json.getBytes(UTF_8)));
    }

    /// The previous release sends no `asOf`.
    @Test
    void read_withoutAsOf_provesNothing() throws IOException {
        PartitionListing old = PartitionListingJson.read("{\"partitions\": [3], \"matches\": []}".getBytes(UTF_8));

        assertEquals(Optional.of(Instant.EPOCH), old.asOf());
    }

    @Test
    void plus_otherPartitions_isAsOfTheEarlierListing() {
        PartitionListing earlier = new PartitionListing(Set.of(1), false, Optional.of(KICK_OFF), false, List.of());
        PartitionListing later = new PartitionListing(Set.of(2), true, Optional.of(KICK_OFF.plusSeconds(1)), false,
                List.of());
        PartitionListing both = new PartitionListing(Set.of(1, 2), true, Optional.of(KICK_OFF), false, List.of());

        assertEquals(both, earlier.plus(later));
        assertEquals(both, later.plus(earlier));
        assertEquals(later, later.plus(PartitionListing.EMPTY));
    }

    private static List<MatchEntry> matches(Random random) {
        List<MatchEntry> matches = new ArrayList<>();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            long arrivedAt = random.nextInt(5);
            matches.add(random.nextBoolean() ? live("m-" + i, arrivedAt) : ended("m-" + i, arrivedAt));
        }
        Collections.shuffle(matches, random);
        return matches;
    }

    private static List<String> ids(ListPage page) {
        return page.entries().stream().map(entry -> entry.position().matchId()).toList();
    }

    /// Three instances return some of the matches each.
    private static ListPage page(List<MatchEntry> all, Optional<MatchStatus> status, Optional<ListPosition> after,
            int limit) {
        ListQuery query = new ListQuery(status, after, limit + 1);
        List<ListedMatch> listed = new ArrayList<>();
        for (int instance = 0; instance < 3; instance++) {
            int here = instance;
            List<MatchEntry> held = all.stream().filter(match -> Math.floorMod(match.matchId().hashCode(), 3) == here)
                    .toList();
            PartitionListing listing = listing(instance, held, query);
            try {
                PartitionListing read = PartitionListingJson.read(PartitionListingJson.write(listing));
                assertEquals(listing, read);
                listed.addAll(read.entries());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return MatchList.page(listed, limit);
    }

    private static PartitionListing listing(int partition, List<MatchEntry> held, ListQuery query) {
        Map<String, MatchStats> matches = held.stream()
                .collect(Collectors.toMap(MatchEntry::matchId, MatchEntry::stats, (_, last) -> last));
        Instant asOf = KICK_OFF.plusMillis(partition);
        ReplicaView view = new ReplicaView(partition, Replica.ACTIVE, partition == 1, asOf);
        return new PageReader(List.of(new PartitionMatches(view, asOf, StatsSamples.index(matches))), query,
                (matchId, _) -> new ReadValue<>(requireNonNull(matches.get(matchId))), 0).read();
    }

    private static MatchEntry live(String id, long arrivedAt) {
        return new MatchEntry(id, StatsSamples.match(EventType.PASS, arrivedAt, KICK_OFF));
    }

    private static MatchEntry ended(String id, long arrivedAt) {
        return new MatchEntry(id, StatsSamples.match(EventType.MATCH_END, arrivedAt, KICK_OFF));
    }

    private static MatchEntry scheduled(String id, long arrivedAt) {
        return new MatchEntry(id, StatsSamples.match(EventType.MATCH_START, arrivedAt, KICK_OFF));
    }
}
