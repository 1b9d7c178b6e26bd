package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.lab.verify.EventJson;

/// The index of the real topology: it has the places of the stored matches at all times.
class MatchIndexesTest {

    private static final List<String> TYPES = List.of("match_start", "reaction", "share", "match_end", "comment");

    private final PipelineDriver driver = new PipelineDriver(Map.of("STREAMS_ARCHIVE_AFTER", "2h"));

    @AfterEach
    void close() {
        driver.close();
    }

    /// The places by a full decode of every match, as lists were made before there was an index.
    private List<String> decoded() {
        List<MatchHead> heads = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = driver.store(StoreNames.STATS).all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> row = all.next();
                if (MatchState.ofBytes(row.value) instanceof MatchStats stats) {
                    heads.add(new MatchHead(StoreKeys.matchOf(row.key), stats.status(), stats.lastActivityAt(), 0));
                }
            }
        }
        return heads.stream().sorted(MatchHead.ORDER).map(MatchIndexesTest::place).toList();
    }

    private List<String> indexed() {
        return index().page(Optional.empty(), Optional.empty(), 1_000).stream().map(MatchIndexesTest::place).toList();
    }

    private static String place(MatchHead head) {
        return head.matchId() + ' ' + head.status() + ' ' + head.lastActivityAt();
    }

    private MatchIndex index() {
        return driver.indexes.of(0).orElseThrow();
    }

    private long counted() {
        return driver.indexes.totalEvents(0).orElseThrow();
    }

    @Test
    void index_anyEvents_agreesWithTheStoreBeforeAndAfterARestartOfTheTask() {
        Random random = new Random(16);
        for (int i = 0; i < 300; i++) {
            driver.send(EventJson.of("m-" + random.nextInt(20), TYPES.get(random.nextInt(TYPES.size())),
                    random.nextInt(100)));
            driver.advance(Duration.ofMillis(random.nextInt(300)));
            if (i % 50 == 49) {
                assertEquals(decoded(), indexed());
                assertEquals(driver.ledger().accepted(), counted());

                driver.suspendAndResume();

                assertEquals(decoded(), indexed());
                assertEquals(driver.ledger().accepted(), counted());
            }
        }
    }

    @Test
    void index_archivedMatches_areNotListedAndTheirEventsStayCounted() {
        driver.send(EventJson.of("m", "reaction", 1), EventJson.of("m", "reaction", 2));
        driver.publish();
        driver.storedUpTo(driver.clock.now().plus(Duration.ofHours(9)));
        driver.advance(Duration.ofHours(3));
        driver.advance(Duration.ofHours(1));
        assertTrue(driver.isArchived("m"));

        assertEquals(List.of(), indexed());
        assertEquals(2, counted());

        driver.send(EventJson.of("m", "reaction", 3));
        assertEquals(List.of(), indexed());
        assertEquals(3, counted());

        driver.suspendAndResume();
        assertEquals(List.of(), indexed());
        assertEquals(3, counted());
    }

    @Test
    void scan_store_isTheIndexThatTheTaskKeeps() {
        driver.send(EventJson.of("a", "reaction", 1), EventJson.of("b", "match_end", 1),
                EventJson.of("c", "reaction", 1));

        MatchIndex scanned = MatchIndexes.scan(driver.store(StoreNames.STATS), 0, 1, driver.clock);

        assertEquals(index().page(Optional.empty(), Optional.empty(), 9),
                scanned.page(Optional.empty(), Optional.empty(), 9));
        assertEquals(3, scanned.totalEvents());
    }

    /// After partitions were added, no read of such a match finds it here.
    @Test
    void scan_matchOfAnotherPartition_isCountedAndNotListed() {
        driver.send(EventJson.of("a", "reaction", 1), EventJson.of("b", "reaction", 1),
                EventJson.of("c", "reaction", 1),
                EventJson.of("d", "reaction", 1));

        MatchIndex first = MatchIndexes.scan(driver.store(StoreNames.STATS), 0, 2, driver.clock);
        MatchIndex second = MatchIndexes.scan(driver.store(StoreNames.STATS), 1, 2, driver.clock);

        assertEquals(4, first.size() + second.size());
        assertTrue(first.size() < 4 && second.size() < 4);
        assertEquals(4, first.totalEvents());
    }

    @Test
    void factsOf_storedForms_areThoseOfAFullDecode() {
        List<byte[]> forms = new ArrayList<>(List.of(StoredFormsTest.golden("match-stats"),
                StoredFormsTest.golden("match-stats-1"), StoredFormsTest.golden("match-stats-2"),
                StoredFormsTest.golden("match-stats-empty"), StoredFormsTest.golden("match-stats-flowing"),
                StatsSamples.match(EventType.MATCH_START, 5, Instant.EPOCH).toBytes(),
                StatsSamples.match(EventType.MATCH_END, 5, Instant.EPOCH).toBytes(),
                StatsSamples.archived(9, 2).toBytes()));
        MatchStats published = StatsSamples.match(EventType.PASS, 7_000, Instant.EPOCH, Instant.EPOCH.plusSeconds(90));
        published.markPublished(8_000);
        forms.add(published.toBytes());

        for (byte[] form : forms) {
            StoredFacts facts = StoredFacts.of(form);
            MatchState state = MatchState.ofBytes(form);
            assertEquals(state.totalEvents(), facts.totalEvents());
            if (state instanceof MatchStats stats) {
                assertEquals(new StoredFacts(Optional.of(stats.status()), stats.totalEvents(), stats.lastActivityAt(),
                        stats.isUnpublished(), stats.rateExpiresAt()), facts);
            }
        }
    }
}
