package com.fanfinity.analytics.query;

import java.time.Instant;

import com.fanfinity.analytics.pipeline.Copy;

/// A copy of a partition's state, and how old it is.
///
/// @param copy where to read
/// @param stale whether it is a standby's, or one on its way to become active
/// @param asOf every event acknowledged before then is in it
record View(int partition, Copy copy, boolean stale, Instant asOf) {}
