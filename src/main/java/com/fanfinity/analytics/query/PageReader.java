package com.fanfinity.analytics.query;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.fanfinity.analytics.pipeline.MatchHead;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.query.MatchList.ListPosition;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchList.ListedMatch;
import com.fanfinity.analytics.query.MatchLookup.PartitionMatches;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;

/// Reads one page: it finds the places of the page in the indexes of the partitions, and reads only the matches at
/// these places. If a partition becomes unreadable meanwhile, the page is read again without it.
final class PageReader {

    /// Reads the state of a match.
    interface StateReader {
        ReadResult<MatchStats> read(String matchId, ReplicaView view);
    }

    private record Place(MatchHead head, PartitionMatches matches) {

        static final Comparator<Place> ORDER = Comparator.comparing(Place::head, MatchHead.ORDER);
    }

    private final List<PartitionMatches> readable;
    private final ListQuery query;
    private final StateReader states;
    private final long now;
    private final Set<Integer> lost = new HashSet<>();

    /// @param readable partitions
    /// @param now the time for which the current rates are computed, milliseconds since the epoch
    PageReader(List<PartitionMatches> readable, ListQuery query, StateReader states, long now) {
        this.readable = List.copyOf(readable);
        this.query = query;
        this.states = states;
        this.now = now;
    }

    PartitionListing read() {
        while (true) {
            int lostBefore = lost.size();
            List<ListedMatch> entries = entries();
            if (lost.size() == lostBefore) {
                return listing(entries);
            }
        }
    }

    private PartitionListing listing(List<ListedMatch> entries) {
        List<PartitionMatches> read = remaining();
        return new PartitionListing(
                read.stream().map(PartitionMatches::partition).collect(Collectors.toUnmodifiableSet()),
                read.stream().anyMatch(matches -> matches.view().stale()),
                read.stream().map(PartitionMatches::asOf).min(Comparator.naturalOrder()),
                read.stream().anyMatch(matches -> !matches.index().isComplete()), entries);
    }

    private List<PartitionMatches> remaining() {
        return readable.stream().filter(matches -> !lost.contains(matches.partition())).toList();
    }

    /// A match that was archived or changed its status meanwhile is left out, and later ones take its place. The places
    /// are then found again from the start of the page, because matches may have moved: a match that moved would be
    /// listed twice, or not at all. Only places that are new are read.
    private List<ListedMatch> entries() {
        Map<MatchHead, Optional<ListedMatch>> read = new HashMap<>();
        while (true) {
            int leftOut = Math.toIntExact(read.values().stream().filter(Optional::isEmpty).count());
            List<Place> places = places(query.limit() + leftOut);
            List<ListedMatch> entries = places.stream()
                    .flatMap(place -> read.computeIfAbsent(place.head(), _ -> read(place)).stream())
                    .limit(query.limit()).toList();
            if (entries.size() == query.limit() || places.size() < query.limit() + leftOut) {
                return entries;
            }
        }
    }

    private List<Place> places(int limit) {
        Optional<MatchHead> after = query.after().map(ListPosition::head);
        return remaining().stream().flatMap(matches -> matches.index().page(query.status(), after, limit).stream()
                .map(head -> new Place(head, matches))).sorted(Place.ORDER).limit(limit).toList();
    }

    private Optional<ListedMatch> read(Place place) {
        PartitionMatches matches = place.matches();
        if (lost.contains(matches.partition())) {
            return Optional.empty();
        }
        ReadResult<MatchStats> found = states.read(place.head().matchId(), matches.view());
        if (found instanceof StateUnavailable<MatchStats>) {
            lost.add(matches.partition());
        }
        return found instanceof ReadValue<MatchStats>(MatchStats stats) && query.selects(stats)
                ? Optional.of(ListedMatch.of(place.head(), stats, now))
                : Optional.empty();
    }
}
