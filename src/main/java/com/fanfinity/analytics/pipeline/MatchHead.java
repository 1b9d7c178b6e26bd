package com.fanfinity.analytics.pipeline;

import java.util.Comparator;

import com.fanfinity.analytics.event.MatchStatus;

/// The facts of a match that decide its place in lists.
///
/// @param lastActivityAt when the newest event arrived, milliseconds since the epoch
/// @param liveSince since when this instance knows the match to be live, milliseconds since the epoch; 0 if it is not
///     live
public record MatchHead(String matchId, MatchStatus status, long lastActivityAt, long liveSince) {

    /// The order of lists: live matches first, then the newest activity, then the id.
    public static final Comparator<MatchHead> ORDER = MatchHead::compare;

    public boolean isLive() {
        return status == MatchStatus.LIVE;
    }

    private static int compare(MatchHead one, MatchHead other) {
        if (one.isLive() != other.isLive()) {
            return one.isLive() ? -1 : 1;
        }
        int newestFirst = Long.compare(other.lastActivityAt, one.lastActivityAt);
        return newestFirst != 0 ? newestFirst : one.matchId.compareTo(other.matchId);
    }
}
