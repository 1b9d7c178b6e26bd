package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Cursor;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MatchStats.Status;
import com.fanfinity.analytics.pipeline.MetricsJson;
import com.fanfinity.analytics.query.MatchLookup.Named;

/// The order of matches in a list, and places in it that can be handed out and come back to.
///
/// A cursor names the place by what the order goes by, not by a number, so that no match is missed that didn't move meanwhile.
final class MatchList {

    /// Where in the list a match stands.
    record Place(boolean live, long lastActivityAt, String matchId) {

        static final Comparator<Place> ORDER = Comparator.comparing(Place::live).reversed()
                .thenComparing(Comparator.comparingLong(Place::lastActivityAt).reversed()).thenComparing(Place::matchId);

        static Place of(Named match) {
            return new Place(match.stats().status() == Status.LIVE, match.stats().lastActivityAt(), match.matchId());
        }

        String toCursor() {
            return Cursor.of(live ? "1" : "0", Long.toString(lastActivityAt), matchId);
        }

        /// @throws ProblemException 400 if it is no cursor of ours
        static Place ofCursor(String cursor) {
            return Cursor.read(cursor, 3, parts -> {
                if (!parts[0].matches("[01]") || !EventRules.isMatchId(parts[2])) {
                    throw new IllegalArgumentException("no place");
                }
                return new Place(parts[0].equals("1"), Long.parseLong(parts[1]), parts[2]);
            });
        }
    }

    /// A match in a list: its place and what the list shows of it.
    ///
    /// @param summary a JSON object
    record Entry(Place place, String summary) {

        static Entry of(Named match, long now) {
            return new Entry(Place.of(match),
                    new String(Json.object(json -> MetricsJson.writeSummary(json, match.matchId(), match.stats(), now)), UTF_8));
        }
    }

    /// Which part of the list is asked for.
    ///
    /// @param limit the most entries
    record Part(Optional<Status> status, Optional<Place> after, int limit) {

        /// The first matches of that part that are among these.
        List<Entry> of(Collection<Named> matches, long now) {
            return matches.stream().filter(match -> status.isEmpty() || match.stats().status() == status.get())
                    .filter(match -> after.isEmpty() || Place.ORDER.compare(Place.of(match), after.get()) > 0)
                    .sorted(Comparator.comparing(Place::of, Place.ORDER)).limit(limit).map(match -> Entry.of(match, now)).toList();
        }
    }

    /// @param next where to go on, if there is more
    record Page(List<Entry> entries, Optional<String> next) {}

    private MatchList() {}

    /// One page of what several instances told.
    ///
    /// @param found of each the first ones, one more than the page has
    static Page page(Collection<Entry> found, int limit) {
        List<Entry> first = found.stream().sorted(Comparator.comparing(Entry::place, Place.ORDER)).limit(limit + 1L).toList();
        if (first.size() <= limit) {
            return new Page(first, Optional.empty());
        }
        List<Entry> page = first.subList(0, limit);
        return new Page(page, Optional.of(page.getLast().place().toCursor()));
    }
}
