package com.fanfinity.analytics.query;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.http.Cursor;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MatchStats.Status;
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

    /// @param next where to go on, if there is more
    record Page(List<Named> matches, Optional<String> next) {}

    private MatchList() {}

    static Page page(List<Named> all, Optional<Status> status, Optional<Place> after, int limit) {
        List<Named> rest = all.stream().filter(match -> status.isEmpty() || match.stats().status() == status.get())
                .filter(match -> after.isEmpty() || Place.ORDER.compare(Place.of(match), after.get()) > 0)
                .sorted(Comparator.comparing(Place::of, Place.ORDER)).limit(limit + 1L).toList();
        if (rest.size() <= limit) {
            return new Page(rest, Optional.empty());
        }
        List<Named> page = rest.subList(0, limit);
        return new Page(page, Optional.of(Place.of(page.getLast()).toCursor()));
    }
}
