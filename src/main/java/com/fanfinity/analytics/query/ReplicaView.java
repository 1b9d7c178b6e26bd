package com.fanfinity.analytics.query;

import java.time.Instant;

import com.fanfinity.analytics.streams.Replica;

/// A copy of a partition's state, and how old it is.
///
/// @param copy where to read
/// @param stale whether it is a standby's, or one on its way to become active
/// @param asOf every event acknowledged before then is in it
record ReplicaView(int partition, Replica copy, boolean stale, Instant asOf) {}
