package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Later code must read the values stored today. A golden file that no longer fits means that the format has changed:
/// then its version byte changes too, and the old version must be read, or the state rebuilt. `-Dupdate.golden=true`
/// writes the files.
class StoredFormsTest {

    private static final Instant KICK_OFF = Instant.parse("2018-07-15T15:00:00Z");
    static final EventCodec CODEC = new EventCodec(new EventRules(Duration.ofHours(24)));

    static MatchEvent event(EventJson json) {
        return switch (CODEC.decode(json.bytes(), PipelineDriver.START, UUID::randomUUID)) {
            case Decoded.Valid(MatchEvent event, _) -> event;
            case Decoded.Invalid invalid -> throw new AssertionError(json + ": " + invalid.faults());
        };
    }

    static byte[] golden(String name) {
        try (InputStream file = StoredFormsTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            if (file == null) {
                throw new AssertionError("no golden file " + name);
            }
            return HexFormat.of().parseHex(new String(file.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void assertGolden(String name, byte[] written) {
        if (Boolean.getBoolean("update.golden")) {
            write(name, written);
            return;
        }
        assertEquals(HexFormat.of().formatHex(golden(name)), HexFormat.of().formatHex(written),
                () -> "the stored form of " + name);
    }

    private static void write(String name, byte[] bytes) {
        try {
            Path directory = Files.createDirectories(ProjectDir.find().resolve("src/test/resources/golden"));
            Files.writeString(directory.resolve(name + ".hex"),
                    HexFormat.of().formatHex(bytes).replaceAll("(.{120})", "$1\n") + "\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A match in which every stored field has a value.
    static MatchStats match() {
        MatchStats stats = MatchStats.empty();
        List<EventJson> events = List.of(
                EventJson.of("m", "match_start", 1)
                        .metadata("{\"homeTeamId\":\"A\",\"awayTeamId\":7,\"homeTeam\":\"Fränce\","
                                + "\"awayTeam\":\"克罗地亚\",\"competition\":\"Cup\",\"venue\":\"V\"}")
                        .at(KICK_OFF),
                EventJson.of("m", "goal", 2).team("A").at(KICK_OFF.plusSeconds(61)),
                EventJson.of("m", "own_goal", 3).team("7").at(KICK_OFF.plusSeconds(200)),
                EventJson.of("m", "reaction", 4).team("fans").at(KICK_OFF.minusSeconds(3_000_000_000L)));
        for (int i = 0; i < events.size(); i++) {
            stats.addTeams(event(events.get(i)));
            stats.add(event(events.get(i)), i + 1, PipelineDriver.START.toEpochMilli() + i, 1_000L << i);
        }
        stats.apply(EventType.GOAL, Optional.of("A"), 1);
        stats.apply(EventType.OWN_GOAL, Optional.of("7"), 1);
        stats.apply(EventType.SHOOTOUT_GOAL, Optional.of("7"), 1);
        stats.apply(EventType.YELLOW_CARD, Optional.empty(), 1);
        stats.apply(EventType.SECOND_YELLOW_CARD, Optional.empty(), 1);
        stats.apply(EventType.RED_CARD, Optional.empty(), 1);
        stats.apply(EventType.MATCH_END, Optional.empty(), 1);
        stats.addDuplicate();
        stats.recent(new RecentWindow(4, Bytes.wrap(new byte[]{1, -1})));
        return stats;
    }

    /// A match that was published with a current rate.
    private static MatchStats flowing() {
        MatchStats stats = MatchStats.empty();
        MatchEvent pass = event(EventJson.of("m", "pass", 1).team("A"));
        stats.addTeams(pass);
        stats.add(pass, 1, PipelineDriver.START.toEpochMilli(), 0);
        stats.markPublished(PipelineDriver.START.toEpochMilli());
        return stats;
    }

    static MinuteStats minute() {
        MinuteStats minute = MinuteStats.empty();
        minute.add(event(EventJson.of("m", "goal", 1).team("A")));
        minute.add(event(EventJson.of("m", "share", 2)));
        minute.add(event(EventJson.of("m", "share", 3).team("B")));
        return minute;
    }

    private static Latencies latencies() {
        Latencies latencies = Latencies.empty();
        for (long micros : new long[]{0, 99, 100, 12_345, 12_345, 5_000_000, 3_600_000_000L, Long.MAX_VALUE}) {
            latencies.add(micros);
        }
        return latencies;
    }

    static Archived archived() {
        return new Archived(1_795_000_000_000L, 1_477, 3, 12, 1_794_000_000_000L, latencies());
    }

    static final StoredMoment GOAL = new StoredMoment(Optional.of(EventType.GOAL), Optional.of("A"),
            OptionalLong.of(KICK_OFF.toEpochMilli()), true);

    // --- golden files

    @Test
    void toBytes_archived_isUnchanged() {
        assertGolden("archived", archived().toBytes());
    }

    @Test
    void ofBytes_archived_isDistinguishedAndRoundTrips() {
        if (MatchState.ofBytes(golden("archived")) instanceof Archived read) {
            assertEquals(HexFormat.of().formatHex(archived().toBytes()), HexFormat.of().formatHex(read.toBytes()));
            assertEquals(archived().latencies().percentile(95), read.latencies().percentile(95));
            assertEquals(1_474, read.eventsStored());
        } else {
            throw new AssertionError("not distinguished");
        }
    }

    @Test
    void ofBytes_archivedCutAnywhere_isRejected() {
        byte[] whole = archived().toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(ProcessorStateException.class, () -> MatchState.ofBytes(cut), "cut to " + length + " bytes");
        }
    }

    @Test
    void toBytes_match_isUnchanged() {
        assertGolden("match-stats", match().toBytes());
    }

    @Test
    void ofBytes_match_roundTrips() {
        byte[] stored = golden("match-stats");

        MatchStats read = MatchStats.ofBytes(stored);

        assertGolden("match-stats", read.toBytes());
        assertEquals(text(match()), text(read));
        assertTrue(read.isUnpublished());
        assertEquals(match().unpublishedMinutes(), read.unpublishedMinutes());
        assertEquals(match().recent(), read.recent());
        assertEquals(match().onPitch().busiestFirst().toList(), read.onPitch().busiestFirst().toList());
    }

    private static String text(MatchStats stats) {
        return Json.toText(MetricsMapper.metrics("m", stats, PipelineDriver.START.toEpochMilli(),
                AnswerAge.live(Instant.EPOCH, false)));
    }

    @Test
    void toBytes_matchPublishedAsCurrent_isUnchanged() {
        assertGolden("match-stats-flowing", flowing().toBytes());
        assertGolden("match-stats-flowing", MatchStats.ofBytes(golden("match-stats-flowing")).toBytes());
        assertEquals(OptionalLong.of(PipelineDriver.START.toEpochMilli() + 60_000),
                MatchStats.ofBytes(golden("match-stats-flowing")).rateExpiresAt());
    }

    /// Version 1 has no `publishedAsCurrent`. Both have no numbers of the teams on the pitch, and of the minutes at the
    /// edges only the last one.
    @Test
    void ofBytes_matchOfAnEarlierVersion_isRead() {
        for (String golden : List.of("match-stats-1", "match-stats-2")) {
            MatchStats read = MatchStats.ofBytes(golden(golden));

            assertEquals(text(match()), text(read), golden);
            assertEquals(match().onPitch().busiestFirst().toList(), read.onPitch().busiestFirst().toList(), golden);
            assertEquals(OptionalLong.empty(), read.rateExpiresAt());
            assertEquals(HexFormat.of().formatHex(read.toBytes()),
                    HexFormat.of().formatHex(MatchStats.ofBytes(read.toBytes()).toBytes()), golden);
        }
    }

    /// Its first and last minute are no strays, because the minutes next to them are not known.
    @Test
    void ofBytes_matchOfAnEarlierVersion_continuesFromItsFirstAndLastMinute() {
        MatchStats read = MatchStats.ofBytes(golden("match-stats-2"));
        ActiveMinutes before = read.activeMinutes();
        for (int i = 1; i <= 50; i++) {
            read.add(event(EventJson.of("m", "reaction", 100 + i).at(KICK_OFF.plusSeconds(500))), i, 0, 0);
        }

        assertEquals(before.from(), read.activeMinutes().from());
        assertEquals(MinuteStats.minuteOf(KICK_OFF.plusSeconds(500).toEpochMilli()), read.activeMinutes().to());
        assertEquals(50, read.activeMinutes().currentEvents());
        assertEquals(54, read.activeMinutes().events());
    }

    @Test
    void ofBytes_emptyMatchOfAnEarlierVersion_isRead() {
        MatchStats read = MatchStats.ofBytes(golden("match-stats-2-empty"));

        assertEquals(HexFormat.of().formatHex(MatchStats.empty().toBytes()), HexFormat.of().formatHex(read.toBytes()));
    }

    @Test
    void toBytes_emptyMatch_isUnchanged() {
        assertGolden("match-stats-empty", MatchStats.empty().toBytes());
        assertGolden("match-stats-empty", MatchStats.ofBytes(golden("match-stats-empty")).toBytes());
    }

    @Test
    void toBytes_minute_isUnchanged() {
        assertGolden("minute-stats", minute().toBytes());
        assertGolden("minute-stats", MinuteStats.ofBytes(golden("minute-stats")).toBytes());
        assertEquals(minute().byTeam(), MinuteStats.ofBytes(golden("minute-stats")).byTeam());
    }

    @Test
    void toBytes_moments_areUnchanged() {
        assertGolden("moment", GOAL.toBytes());
        assertGolden("moment-awaited", StoredMoment.AWAITED.toBytes());
        assertEquals(GOAL, StoredMoment.ofBytes(golden("moment")));
        assertEquals(StoredMoment.AWAITED, StoredMoment.ofBytes(golden("moment-awaited")));
    }

    /// Written before moments were listed.
    @Test
    void ofBytes_momentsOfTheFirstVersion_areReadWithoutTheirTime() {
        assertEquals(new StoredMoment(Optional.of(EventType.GOAL), Optional.of("A"), OptionalLong.empty(), true),
                StoredMoment.ofBytes(golden("moment-1")));
        assertEquals(StoredMoment.AWAITED, StoredMoment.ofBytes(golden("moment-awaited-1")));
    }

    @Test
    void toBytes_listedMoment_isUnchanged() {
        EventJson goal = EventJson.of("m", "goal", 1).team("Ä").metadata("{\"minute\":38}");

        assertGolden("moment-listed", KeyMomentIndex.toBytes(KeyMomentJson.storedItem(event(goal)), true));
    }

    @Test
    void toBytes_latencies_areUnchanged() {
        assertGolden("latencies", latencies().toBytes());
        assertGolden("latencies", Latencies.ofBytes(golden("latencies")).toBytes());
    }

    // --- round trips

    @Test
    void ofBytes_anyMatch_roundTrips() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            MatchStats stats = MatchStats.empty();
            int size = random.nextInt(300);
            for (int i = 0; i < size; i++) {
                EventType type = EventType.ofCode(1 + random.nextInt(EventType.CODES - 1));
                EventJson json = EventJson.of("m", type.wireName(), i).team("team-" + random.nextInt(80))
                        .at(KICK_OFF.plusSeconds(random.nextInt(20_000) - 10_000));
                MatchEvent event = event(type == EventType.RETRACTION
                        ? json.metadata("{\"eventId\":\"" + EventJson.idOf(1) + "\"}")
                        : json);
                stats.addTeams(event);
                stats.add(event, random.nextInt(50) + 1, random.nextLong() >>> 8,
                        random.nextLong() >>> random.nextInt(64));
                if (StoredMoment.hasEffect(type)) {
                    stats.apply(type, Optional.of("team-" + random.nextInt(80)), random.nextInt(3) == 0 ? -1 : 1);
                }
                if (random.nextInt(50) == 0) {
                    stats.markPublished(random.nextLong() >>> 8);
                }
            }

            MatchStats read = MatchStats.ofBytes(stats.toBytes());

            String message = "seed " + seed;
            assertArrayEquals(stats.toBytes(), read.toBytes(), message);
            assertEquals(stats.isUnpublished(), read.isUnpublished(), message);
            if (size > 0) {
                assertEquals(text(stats), text(read), message);
            }
        }
    }

    @Test
    void ofBytes_anyLatencies_answerAsTheOriginal() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Latencies latencies = Latencies.empty();
            for (int i = random.nextInt(1_000); i > 0; i--) {
                latencies.add(random.nextLong() >>> (1 + random.nextInt(63)));
            }

            Latencies read = Latencies.ofBytes(latencies.toBytes());

            for (double percentile : new double[]{0, 1, 50, 95, 99, 99.9, 100}) {
                assertEquals(latencies.percentile(percentile), read.percentile(percentile), "seed " + seed);
            }
            assertArrayEquals(latencies.toBytes(), read.toBytes(), "seed " + seed);
        }
    }

    @Test
    void percentile_anyLatencies_isWithinOneSixteenthAbove() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Latencies merged = Latencies.empty();
            long[] micros = random.longs(1 + random.nextInt(500), 100, 3_000_000_000L)
                    .map(n -> 100 + (n >>> random.nextInt(24))).toArray();
            for (long each : micros) {
                Latencies one = Latencies.empty();
                one.add(each);
                merged.add(one);
            }
            Arrays.sort(micros);
            for (int percentile : new int[]{50, 95, 99}) {
                double exact = micros[(int) Math.ceil(percentile / 100.0 * micros.length) - 1] / 1000.0;

                double found = merged.percentile(percentile);

                assertTrue(found > exact - 0.1 && found <= exact * 1.0625 + 0.1,
                        "seed " + seed + ": " + found + " for " + exact);
            }
        }
    }

    @Test
    void percentile_nothingCounted_isZero() {
        assertEquals(0, Latencies.empty().percentile(99));
    }

    // --- unreadable values

    @Test
    void ofBytes_unknownVersion_isRejected() {
        List<Function<byte[], Object>> readers = List.of(MatchStats::ofBytes, MinuteStats::ofBytes,
                StoredMoment::ofBytes);
        List<byte[]> stored = List.of(match().toBytes(), minute().toBytes(), GOAL.toBytes());
        for (int i = 0; i < stored.size(); i++) {
            Function<byte[], Object> reader = readers.get(i);
            byte[] bytes = stored.get(i);
            for (byte version : new byte[]{0, 4, 127, -1}) {
                bytes[0] = version;

                var refusal = assertThrows(ProcessorStateException.class, () -> reader.apply(bytes));

                assertTrue(String.valueOf(refusal.getMessage()).contains("version " + version), refusal::toString);
            }
        }
    }

    @Test
    void ofBytes_cutOff_isRejected() {
        byte[] whole = match().toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThrows(ProcessorStateException.class, () -> MatchStats.ofBytes(cut), "cut to " + length + " bytes");
        }
    }
}
