package com.fanfinity.analytics.history;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.history.HistoryResult.HistoryBusy;
import com.fanfinity.analytics.history.HistoryResult.HistoryFound;
import com.fanfinity.analytics.history.HistoryResult.HistoryIncomplete;
import com.fanfinity.analytics.history.HistoryResult.HistoryTooLarge;
import com.fanfinity.analytics.history.HistoryResult.HistoryUnavailable;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.limits.ReadPermits.ReadPermit;
import com.fanfinity.analytics.metrics.HistoryMeters;
import com.fanfinity.analytics.metrics.Meters.HistoryRead;
import com.fanfinity.analytics.metrics.Meters.ReadKind;
import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.KeyMomentList;
import com.fanfinity.analytics.pipeline.Recount;

/// Counts archived matches again from their rows in ClickHouse. The number of concurrent reads is limited, and lower
/// for large matches: a match of 200,000 events, each in a different minute, takes about 100 MB during the count.
///
/// A read holds its permits until the answer is made, because the match takes memory until then.
///
/// The counts in {@link Archived} are compared with the rows: a result never lacks events that were stored before.
public final class History {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    /// The most events of a match that can be read.
    static final long MOST_EVENTS = 200_000;

    private static final int PERMITS = ReadPermits.most(ReadKind.HISTORY);
    private static final long EVENTS_PER_PERMIT = MOST_EVENTS / PERMITS;

    private final ClickHouse clickHouse;
    private final HistoryMeters meters;
    private final AtomicBoolean rowsMissing = new AtomicBoolean();
    private final ReadPermits permits;

    /// @param clickHouse with a timeout that a request can wait for
    public History(ClickHouse clickHouse, ReadPermits permits, HistoryMeters meters) {
        this.clickHouse = clickHouse;
        this.permits = permits;
        this.meters = meters;
    }

    /// @param client as in {@link ReadPermits#read}
    /// @param answer makes the answer from the match
    public <A> HistoryResult<A> match(String matchId, Archived archived, Optional<ClientAddress> client,
            Function<HistoricMatch, A> answer) {
        return archived.totalEvents() > MOST_EVENTS
                ? record(new HistoryTooLarge<>(MOST_EVENTS), System.nanoTime())
                : read(permits(archived.totalEvents()), client, () -> recount(matchId, archived), answer);
    }

    /// The JSON of the match's newest events by their own time, the newest first.
    public <A> HistoryResult<A> newestEvents(String matchId, int limit, Optional<ClientAddress> client,
            Function<List<byte[]>, A> answer) {
        return read(1, client, () -> newest(matchId, limit), answer);
    }

    /// The newest key moments of a match. Its rows are checked as in {@link #match}.
    public <A> HistoryResult<A> moments(String matchId, Archived archived, Optional<ClientAddress> client,
            Function<HistoricMoments, A> answer) {
        return archived.totalEvents() > MOST_EVENTS
                ? record(new HistoryTooLarge<>(MOST_EVENTS), System.nanoTime())
                : read(permits(archived.totalEvents()), client, () -> keyMoments(matchId, archived), answer);
    }

    private static int permits(long events) {
        return (int) Math.min(PERMITS, 1 + events / EVENTS_PER_PERMIT);
    }

    private interface HistoryQuery<T> {
        HistoryResult<T> run() throws SQLException;
    }

    private <T, A> HistoryResult<A> read(int taken, Optional<ClientAddress> client, HistoryQuery<T> question,
            Function<T, A> answer) {
        long start = System.nanoTime();
        Optional<ReadPermit> permit = permits.tryAcquire(ReadKind.HISTORY, taken, client);
        if (permit.isEmpty()) {
            return record(new HistoryBusy<>(), start);
        }
        try (ReadPermit _ = permit.get()) {
            return record(run(question), start).map(answer);
        }
    }

    private static <T> HistoryResult<T> run(HistoryQuery<T> question) {
        try {
            return question.run();
        } catch (SQLException | RuntimeException e) { // the driver throws both when the server is away
            LOG.atDebug().setCause(e).log("an archived match cannot be read");
            return new HistoryUnavailable<>();
        }
    }

    private <T> HistoryResult<T> record(HistoryResult<T> reading, long start) {
        meters.historyRead(switch (reading) {
            case HistoryFound<T> _ -> HistoryRead.FOUND;
            case HistoryBusy<T> _ -> HistoryRead.BUSY;
            case HistoryUnavailable<T> _ -> HistoryRead.UNAVAILABLE;
            case HistoryIncomplete<T> _ -> HistoryRead.INCOMPLETE;
            case HistoryTooLarge<T> _ -> HistoryRead.TOO_LARGE;
        }, Duration.ofNanos(System.nanoTime() - start));
        return reading;
    }

    private HistoryResult<HistoricMatch> recount(String matchId, Archived archived) throws SQLException {
        Recount recount = new Recount();
        // In the order in which they were counted; rows from before they had numbers come first.
        clickHouse.stream("SELECT " + ArchivedEventRows.COLUMNS
                + ", if(event_type IN ('match_start', 'retraction'), " + ArchivedEventRows.METADATA + ", '') FROM "
                + clickHouse.database()
                + ".match_events WHERE match_id = ? ORDER BY source_partition, accepted_number, "
                + "kafka_partition, kafka_offset",
                row -> recount.add(ArchivedEventRows.read(matchId, row)), matchId);
        long rows = recount.events();
        if (checkMissingRows(matchId, archived, rows)) {
            return new HistoryIncomplete<>();
        }
        return new HistoryFound<>(
                new HistoricMatch(recount.stats(archived), recount.minutes(), rows >= archived.totalEvents(),
                        archived.archivedAt()));
    }

    private boolean checkMissingRows(String matchId, Archived archived, long rows) {
        boolean lacks = rows == 0 || rows < archived.eventsStored();
        if (rowsMissing.getAndSet(lacks) != lacks && lacks) {
            LOG.atError().addKeyValue("matchId", matchId).addKeyValue("rows", rows)
                    .addKeyValue("stored", archived.eventsStored())
                    .log("ClickHouse lacks events of an archived match; logged once until a match is complete");
        }
        return lacks;
    }

    /// Counts the rows first, so that the moments are at least as new as the count.
    private HistoryResult<HistoricMoments> keyMoments(String matchId, Archived archived) throws SQLException {
        long rows = clickHouse
                .query("SELECT count() FROM " + clickHouse.database() + ".match_events WHERE match_id = ?",
                        row -> row.getLong(1), matchId)
                .getFirst();
        if (checkMissingRows(matchId, archived, rows)) {
            return new HistoryIncomplete<>();
        }
        KeyMomentList moments = new MomentRows(clickHouse, matchId).newest();
        return new HistoryFound<>(new HistoricMoments(moments, rows >= archived.totalEvents(), archived.archivedAt()));
    }

    private HistoryResult<List<byte[]>> newest(String matchId, int limit) throws SQLException {
        // ClickHouse orders UUIDs by their second half first.
        List<byte[]> events = clickHouse
                .query("SELECT " + ArchivedEventRows.COLUMNS + ", " + ArchivedEventRows.METADATA + " FROM "
                        + clickHouse.database()
                        + ".match_events WHERE match_id = ? ORDER BY timestamp DESC, toString(event_id) DESC "
                        + "LIMIT 1 BY timestamp, event_id LIMIT "
                        + limit, row -> ArchivedEventRows.json(ArchivedEventRows.read(matchId, row)), matchId);
        return events.isEmpty() ? new HistoryIncomplete<>() : new HistoryFound<>(events);
    }
}
