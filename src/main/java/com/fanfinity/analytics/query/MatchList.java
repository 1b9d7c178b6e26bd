package com.fanfinity.analytics.query;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.http.Cursor;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.query.MatchLookup.MatchEntry;

/// The order of matches in a list, and places in it that can be handed out and come back to.
///
/// A cursor names the place by what the order goes by, not by a number, so that no match is missed that didn't move meanwhile.
final class MatchList {

    /// Where in the list a match stands.
    record ListPosition(boolean live, long lastActivityAt, String matchId) {

        static final Comparator<ListPosition> ORDER = Comparator.comparing(ListPosition::live).reversed()
                .thenComparing(Comparator.comparingLong(ListPosition::lastActivityAt).reversed()).thenComparing(ListPosition::matchId);

        static ListPosition of(MatchEntry match) {
            return new ListPosition(match.stats().status() == MatchStatus.LIVE, match.stats().lastActivityAt(), match.matchId());
        }

        String toCursor() {
            return Cursor.of(live ? "1" : "0", Long.toString(lastActivityAt), matchId);
        }

        /// @throws ProblemException 400 if it is no cursor of ours
        static ListPosition ofCursor(String cursor) {
            return Cursor.read(cursor, 3, parts -> {
                if (!parts[0].matches("[01]") || !EventRules.isMatchId(parts[2])) {
                    throw new IllegalArgumentException("no place");
                }
                return new ListPosition(parts[0].equals("1"), Long.parseLong(parts[1]), parts[2]);
            });
        }
    }

    /// A match in a list: its place and what the list shows of it.
    ///
    /// @param summary a JSON object
    record ListedMatch(ListPosition place, String summary) {

        static ListedMatch of(MatchEntry match, long now) {
            return new ListedMatch(ListPosition.of(match),
                    Json.toText(MetricsMapper.summary(match.matchId(), match.stats(), now)));
        }
    }

    /// Which part of the list is asked for.
    ///
    /// @param limit the most entries
    record ListQuery(Optional<MatchStatus> status, Optional<ListPosition> after, int limit) {

        /// The first matches of that part that are among these.
        List<ListedMatch> of(Collection<MatchEntry> matches, long now) {
            return matches.stream().filter(match -> status.isEmpty() || match.stats().status() == status.get())
                    .filter(match -> after.isEmpty() || ListPosition.ORDER.compare(ListPosition.of(match), after.get()) > 0)
                    .sorted(Comparator.comparing(ListPosition::of, ListPosition.ORDER)).limit(limit).map(match -> ListedMatch.of(match, now)).toList();
        }
    }

    /// @param next where to go on, if there is more
    record ListPage(List<ListedMatch> entries, Optional<String> next) {}

    private MatchList() {}

    /// One page of what several instances told.
    ///
    /// @param found of each the first ones, one more than the page has
    static ListPage page(Collection<ListedMatch> found, int limit) {
        List<ListedMatch> first = found.stream().sorted(Comparator.comparing(ListedMatch::place, ListPosition.ORDER)).limit(limit + 1L).toList();
        if (first.size() <= limit) {
            return new ListPage(first, Optional.empty());
        }
        List<ListedMatch> page = first.subList(0, limit);
        return new ListPage(page, Optional.of(page.getLast().place().toCursor()));
    }
}
