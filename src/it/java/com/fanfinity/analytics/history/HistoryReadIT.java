package com.fanfinity.analytics.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.history.HistoryResult.HistoryBusy;
import com.fanfinity.analytics.history.HistoryResult.HistoryFound;
import com.fanfinity.analytics.history.HistoryResult.HistoryIncomplete;
import com.fanfinity.analytics.history.HistoryResult.HistoryTooLarge;
import com.fanfinity.analytics.history.HistoryResult.HistoryUnavailable;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.HistoryRead;
import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.KeyMomentList;
import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.stack.RealParts;

/// Compares the marker of an archived match with the existing rows.
class HistoryReadIT {

    private static final String DATABASE = "history_read";
    private static final long LARGE = 200_000;
    private static final Optional<ClientAddress> CLIENT = Optional.of(ClientAddress.UNKNOWN);

    /// Row n is a reaction in minute n, received n seconds after the start of 2026.
    private static final String ROWS = "INSERT INTO " + DATABASE
            + ".match_events (event_id, match_id, event_type, timestamp, received_at, "
            + "kafka_partition, kafka_offset, source_partition, accepted_number) "
            + "SELECT toUUID(concat('00000000-0000-4000-8000-', "
            + "leftPad(toString(number), 12, '0'))), '%s', 'reaction', toDateTime64('2026-01-01 00:00:00', 3, "
            + "'UTC') + number * 60, "
            + "toDateTime64('2026-01-01 00:00:00', 6, 'UTC') + number, 0, number, 0, number + 1 FROM numbers(%d)";

    private static ClickHouse clickHouse;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void connect() throws SQLException, Migrations.ChangedException {
        clickHouse = clickHouse(RealParts.engine().url(), Duration.ofSeconds(30));
        new Migrations(clickHouse, Migrations.bundled(DATABASE)).apply();
        clickHouse.execute(ROWS.formatted("small", 10));
    }

    @AfterAll
    static void disconnect() throws SQLException {
        clickHouse.close();
    }

    private static ClickHouse clickHouse(String url, Duration timeout) {
        return new ClickHouse(
                new Settings.ClickHouse(URI.create(url), DATABASE, "default", new Settings.Secret(""), timeout),
                "test");
    }

    private History history(ClickHouse from) {
        Meters meters = new Meters(registry);
        return new History(from, ReadPermits.ofClients(meters.reads()), meters.history());
    }

    private HistoryResult<HistoricMatch> match(String matchId, Archived archived) {
        return history(clickHouse).match(matchId, archived, CLIENT, Function.identity());
    }

    private HistoryResult<HistoricMoments> momentsOf(String matchId, Archived archived) {
        return history(clickHouse).moments(matchId, archived, CLIENT, Function.identity());
    }

    private HistoryResult<List<byte[]>> newestEvents(String matchId, int limit) {
        return history(clickHouse).newestEvents(matchId, limit, CLIENT, Function.identity());
    }

    private static HistoricMatch found(HistoryResult<HistoricMatch> reading) {
        return reading instanceof HistoryFound<HistoricMatch>(HistoricMatch match) ? match : failed(reading);
    }

    private static HistoricMatch failed(HistoryResult<HistoricMatch> reading) {
        throw new AssertionError("not found: " + reading);
    }

    private long reads(HistoryRead outcome) {
        return registry.get("history.read").tag("outcome", WireName.of(outcome)).timer().count();
    }

    @Test
    void match_allRowsStored_isAsOfTheLookUp() {
        HistoricMatch match = found(match("small", StatsSamples.archived(10, 3)));

        assertEquals(10, match.stats().totalEvents());
        assertEquals(7, match.stats().duplicates());
        assertEquals(17, match.stats().version());
        assertEquals(10, match.minutes().size());
        assertEquals(Long.MAX_VALUE, match.asOf(Long.MAX_VALUE));
        assertEquals(1, reads(HistoryRead.FOUND));
    }

    /// Two late events are not stored yet. The arrival times of the rows are later, but they prove nothing.
    @Test
    void match_lateEventsAreOnTheirWay_isAsOfItsArchival() {
        HistoricMatch match = found(match("small", StatsSamples.archived(12, 2)));

        assertEquals(10, match.stats().totalEvents());
        assertEquals(StatsSamples.ARCHIVED_AT, match.asOf(Long.MAX_VALUE));
        assertEquals(5, match.asOf(5));
    }

    @Test
    void match_rowsAreGone_isIncomplete() {
        assertInstanceOf(HistoryIncomplete.class, match("small", StatsSamples.archived(12, 1)));
        assertInstanceOf(HistoryIncomplete.class, match("gone", StatsSamples.archived(1, 0)));
        assertInstanceOf(HistoryIncomplete.class, newestEvents("gone", 5));
        assertEquals(3, reads(HistoryRead.INCOMPLETE));
    }

    @Test
    void match_asLargeAsTheLimit_isRead() throws SQLException {
        clickHouse.execute(ROWS.formatted("large", LARGE) + " SETTINGS max_partitions_per_insert_block = 0");

        HistoricMatch match = found(match("large", StatsSamples.archived(LARGE, 0)));

        assertEquals(LARGE, match.stats().totalEvents());
        assertEquals(LARGE, match.minutes().size());
        assertInstanceOf(HistoryTooLarge.class,
                match("large", StatsSamples.archived(LARGE + 1, 0)));
        assertEquals(1, reads(HistoryRead.TOO_LARGE));
    }

    @Test
    void newestEvents_moreThanTheLimit_areTheNewest() {
        if (newestEvents("small", 2) instanceof HistoryFound<List<byte[]>>(List<byte[]> events)) {
            assertEquals(List.of("000000000009", "000000000008"),
                    events.stream()
                            .map(event -> new String(event, java.nio.charset.StandardCharsets.UTF_8).substring(36, 48))
                            .toList());
        } else {
            throw new AssertionError("not found");
        }
    }

    private static final String GOALS = "INSERT INTO " + DATABASE
            + ".match_events (event_id, match_id, event_type, timestamp, team_id, "
            + "metadata, received_at, kafka_partition, kafka_offset, source_partition, accepted_number) SELECT "
            + "toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(number), 12, '0'))), '%s', "
            + "if(number %% 3 = 2, 'retraction', 'goal'), toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + number * 60, "
            + "'A', "
            + "if(number %% 3 = 2, concat('{\"eventId\":\"00000000-0000-4000-8000-', leftPad(toString(number - 1), 12, "
            + "'0'), '\"}'), "
            + "if(number %% 3 = 1, concat('{\"x\":\"', repeat('y', 2041), '\"}'), '')), "
            + "toDateTime64('2026-01-01 00:00:00', 6, 'UTC') + number, 0, number, 0, number + 1 FROM numbers(%d)";

    private static KeyMomentList moments(HistoryResult<HistoricMoments> reading) {
        if (reading instanceof HistoryFound<HistoricMoments>(HistoricMoments found)) {
            return found.moments();
        }
        throw new AssertionError("not found: " + reading);
    }

    /// The next event retracts every third event, which has too much metadata.
    @Test
    void moments_moreThanTheLimit_areTheNewestAndMarkRetractedOnes() throws SQLException {
        clickHouse.execute(GOALS.formatted("goals", 501));

        KeyMomentList moments = moments(momentsOf("goals", StatsSamples.archived(501, 0)));

        assertEquals(500, moments.json().size());
        assertTrue(moments.truncated());
        assertEquals(
                "{\"eventId\":\"00000000-0000-4000-8000-000000000001\",\"matchId\":\"goals\",\"eventType\":\"goal\","
                        + "\"timestamp\":\"2026-01-01T00:01:00.000Z\",\"teamId\":\"A\",\"retracted\":true}",
                moments.json().get(0));
        assertTrue(
                moments.json().get(1).endsWith(
                        "\"metadata\":{\"eventId\":\"00000000-0000-4000-8000-000000000001\"},\"retracted\":false}"),
                moments.json()::toString);
        assertTrue(moments.json().get(2).endsWith("\"teamId\":\"A\",\"retracted\":false}"), moments.json()::toString);
    }

    @Test
    void moments_matchWithoutAny_areNone() {
        HistoryResult<HistoricMoments> reading = momentsOf("small", StatsSamples.archived(12, 2));

        assertEquals(List.of(), moments(reading).json());
        assertTrue(reading instanceof HistoryFound<HistoricMoments>(HistoricMoments found)
                && found.asOf(Long.MAX_VALUE) == StatsSamples.ARCHIVED_AT
                && found.asOf(5) == 5);
    }

    @Test
    void moments_rowsAreGone_isIncomplete() {
        assertInstanceOf(HistoryIncomplete.class, momentsOf("small", StatsSamples.archived(12, 1)));
        assertInstanceOf(HistoryIncomplete.class, momentsOf("gone", StatsSamples.archived(1, 0)));
        assertInstanceOf(HistoryTooLarge.class,
                momentsOf("small", StatsSamples.archived(LARGE + 1, 0)));
    }

    /// The server accepts connections but never responds. Only the limited number of readers waits for it.
    @Test
    void match_clickHouseHangs_isUnavailableOrBusy() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            History history = history(clickHouse("http://127.0.0.1:" + silent.getLocalPort(), Duration.ofSeconds(4)));
            List<Callable<HistoryResult<HistoricMatch>>> questions = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                Optional<ClientAddress> client = Optional.of(new ClientAddress(i));
                questions.add(() -> history.match("small", StatsSamples.archived(10, 0), client, Function.identity()));
            }

            List<HistoryResult<HistoricMatch>> readings = new ArrayList<>();
            for (Future<HistoryResult<HistoricMatch>> reading : readers.invokeAll(questions)) {
                readings.add(reading.get());
            }

            assertEquals(4, readings.stream().filter(HistoryUnavailable.class::isInstance).count(), readings::toString);
            assertEquals(3, readings.stream().filter(HistoryBusy.class::isInstance).count(), readings::toString);
        }
    }

    /// Half of the readers that may wait for the server.
    @Test
    void match_clickHouseHangs_oneAddressLeavesPermitsToOthers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            History history = history(clickHouse("http://127.0.0.1:" + silent.getLocalPort(), Duration.ofSeconds(4)));
            List<Callable<HistoryResult<HistoricMatch>>> questions = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                questions.add(() -> history.match("small", StatsSamples.archived(10, 0), CLIENT, Function.identity()));
            }

            List<HistoryResult<HistoricMatch>> readings = new ArrayList<>();
            for (Future<HistoryResult<HistoricMatch>> reading : readers.invokeAll(questions)) {
                readings.add(reading.get());
            }

            assertEquals(2, readings.stream().filter(HistoryUnavailable.class::isInstance).count(), readings::toString);
            assertEquals(5, readings.stream().filter(HistoryBusy.class::isInstance).count(), readings::toString);
        }
    }

    @Test
    void match_clickHouseIsDown_isUnavailable() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }

        HistoryResult<HistoricMatch> reading = history(clickHouse("http://127.0.0.1:" + port, Duration.ofSeconds(4)))
                .match("small",
                        StatsSamples.archived(10, 0), Optional.empty(), Function.identity());

        assertInstanceOf(HistoryUnavailable.class, reading);
        assertTrue(reads(HistoryRead.UNAVAILABLE) == 1);
    }
}
