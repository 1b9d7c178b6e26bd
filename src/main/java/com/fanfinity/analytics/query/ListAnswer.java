package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.RawJson;

/// `GET /api/matches`.
///
/// @param complete whether every partition was read and knows the places of all its matches
/// @param stale whether a partition was read from a standby
/// @param asOf every event that was acknowledged before this time is in the partitions that were read
record ListAnswer(List<RawJson> matches, @Nullable String nextCursor, boolean complete, boolean stale, Instant asOf) {}
