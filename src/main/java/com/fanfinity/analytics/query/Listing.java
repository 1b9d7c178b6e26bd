package com.fanfinity.analytics.query;

import java.util.List;
import java.util.Set;

import com.fanfinity.analytics.query.MatchList.Entry;

/// The matches of some partitions, as far as they could be read.
///
/// @param partitions that were read
/// @param stale whether one of them was a standby's
/// @param entries of each the first ones
record Listing(Set<Integer> partitions, boolean stale, List<Entry> entries) {

    static final Listing NOTHING = new Listing(Set.of(), false, List.of());
}
