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
import com.fanfinity.analytics.pipeline.MatchHead;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MetricsMapper;

/// The order of matches in lists, and positions in that order, which clients hold as cursors.
///
/// A cursor contains the sort key of a match, not an index. A client that pages through the list therefore misses no
/// match that keeps its position.
final class MatchList {

    /// The sort key of a match.
    record ListPosition(boolean live, long lastActivityAt, String matchId) {

        static final Comparator<ListPosition> ORDER = Comparator.comparing(ListPosition::head, MatchHead.ORDER);

        static ListPosition of(MatchHead head) {
            return new ListPosition(head.isLive(), head.lastActivityAt(), head.matchId());
        }

        /// A head with this position.
        MatchHead head() {
            return new MatchHead(matchId, live ? MatchStatus.LIVE : MatchStatus.ENDED, lastActivityAt, 0);
        }

        String toCursor() {
            return Cursor.of(live ? "1" : "0", Long.toString(lastActivityAt), matchId);
        }

        /// @throws ProblemException 400 if the cursor is invalid
        static ListPosition ofCursor(String cursor) {
            return Cursor.read(cursor, 3, parts -> {
                if (!parts[0].matches("[01]") || !EventRules.isMatchId(parts[2])) {
                    throw new IllegalArgumentException("invalid position");
                }
                return new ListPosition(parts[0].equals("1"), Long.parseLong(parts[1]), parts[2]);
            });
        }
    }

    /// @param summary a JSON object
    record ListedMatch(ListPosition position, String summary) {

        /// @param head the match's place, which may be older than the state
        static ListedMatch of(MatchHead head, MatchStats stats, long now) {
            return new ListedMatch(ListPosition.of(head),
                    Json.toText(MetricsMapper.summary(head.matchId(), stats, now)));
        }
    }

    /// @param after the position before the first match; empty for the start of the list
    record ListQuery(Optional<MatchStatus> status, Optional<ListPosition> after, int limit) {

        ListQuery withLimit(int newLimit) {
            return new ListQuery(status, after, newLimit);
        }

        boolean selects(MatchStats stats) {
            return status.isEmpty() || stats.status() == status.get();
        }
    }

    /// @param next the cursor of the next page, if there is one
    record ListPage(List<ListedMatch> entries, Optional<String> next) {}

    private MatchList() {}

    /// Merges the matches of several instances into one page.
    ///
    /// @param found the first `limit + 1` matches of each instance
    static ListPage page(Collection<ListedMatch> found, int limit) {
        List<ListedMatch> first = found.stream().sorted(Comparator.comparing(ListedMatch::position, ListPosition.ORDER))
                .limit(limit + 1L).toList();
        if (first.size() <= limit) {
            return new ListPage(first, Optional.empty());
        }
        List<ListedMatch> page = first.subList(0, limit);
        return new ListPage(page, Optional.of(page.getLast().position().toCursor()));
    }
}
