/// Dead letters, to be looked at and to be replayed: from ClickHouse's `dead_letters` back to `match-events`.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.deadletters;
