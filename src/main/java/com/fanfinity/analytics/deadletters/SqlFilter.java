package com.fanfinity.analytics.deadletters;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.Timestamps;

/// An SQL condition with its parameters. A client's values are never part of the text.
final class SqlFilter {

    /// The columns that identify a letter.
    static final String ID = "kafka_topic, kafka_partition, kafka_offset";

    private static final String TIME = "fromUnixTimestamp64Micro(toInt64(?), 'UTC')";

    private final StringBuilder sql = new StringBuilder("1");
    private final List<Object> parameters = new ArrayList<>();

    SqlFilter reason(DeadReason reason) {
        return and("reason = ?", reason.wireName());
    }

    SqlFilter within(TimeRange span) {
        span.from().ifPresent(from -> and("received_at >= " + TIME, micros(from)));
        span.to().ifPresent(to -> and("received_at < " + TIME, micros(to)));
        return this;
    }

    /// @param sign `<` or `>`
    SqlFilter beyond(String sign, Optional<DeadLetterPosition> place) {
        place.ifPresent(
                after -> and("(received_at, " + ID + ") " + sign + " (" + TIME + ", ?, ?, ?)", after.receivedAtMicros(),
                        after.id().topic(), after.id().partition(), after.id().offset()));
        return this;
    }

    SqlFilter oneOf(Collection<DeadLetterId> ids) {
        and("(" + ID + ") IN (" + String.join(", ", ids.stream().map(_ -> "(?, ?, ?)").toList()) + ")");
        for (DeadLetterId id : ids) {
            parameters.addAll(List.of(id.topic(), id.partition(), id.offset()));
        }
        return this;
    }

    SqlFilter and(String condition, Object... values) {
        sql.append(" AND ").append(condition);
        parameters.addAll(List.of(values));
        return this;
    }

    String sql() {
        return sql.toString();
    }

    Object[] parameters() {
        return parameters.toArray();
    }

    private static long micros(Instant time) {
        return Timestamps.micros(time);
    }
}
