package com.fanfinity.analytics.query;

import java.time.Instant;

import com.fanfinity.analytics.streams.Replica;

/// A readable replica of a partition, and its age.
///
/// @param stale whether it is a standby, or is being restored to become active
/// @param asOf the replica contains every event that was acknowledged before this time
record ReplicaView(int partition, Replica replica, boolean stale, Instant asOf) {}
