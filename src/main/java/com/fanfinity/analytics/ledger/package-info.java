/// The proof that each accepted event is counted once and stored once: for all of a partition, and for a single event.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.ledger;
