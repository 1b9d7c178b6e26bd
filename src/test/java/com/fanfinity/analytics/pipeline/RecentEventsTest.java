package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;

class RecentEventsTest {

    private static final Instant KICK_OFF = Instant.parse("2018-07-15T15:00:00Z");

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    /// Events of one type, so ids have the same order as their texts.
    private static EventJson event(long number, Instant at) {
        return EventJson.of("m", "reaction", number).at(at);
    }

    /// The newest first, by time and then by identity.
    private static List<String> newest(List<EventJson> events) {
        return events.stream().sorted(Comparator.comparing((EventJson event) -> Instant.parse(event.at()))
                .thenComparing(event -> event.eventId().toString()).reversed()).limit(RecentEvents.KEPT)
                .map(event -> event.eventId().toString()).toList();
    }

    private List<String> answered() {
        return driver.recent("m", RecentEvents.KEPT).stream().map(event -> event.get("eventId").asText()).toList();
    }

    @Test
    void add_anyOrder_keepsExactlyTheNewestInABoundedStore() {
        Random random = new Random(42);
        List<EventJson> events = new ArrayList<>();
        for (int i = 0; i < 2_300; i++) {
            events.add(event(i, KICK_OFF.plusSeconds(random.nextInt(600))));
        }
        Collections.shuffle(events, random);
        int most = 0;

        for (int sent = 0; sent < events.size(); sent++) {
            driver.send(events.get(sent));
            if (sent % 97 == 0) {
                assertEquals(newest(events.subList(0, sent + 1)), answered(), "seed 42, after " + sent);
                most = Math.max(most, driver.entries(StoreNames.RECENT));
            }
        }

        assertEquals(newest(events), answered(), "seed 42");
        assertTrue(most < 2 * RecentEvents.KEPT, "entries: " + most);
        assertEquals(driver.stats("m").recent().size(), driver.entries(StoreNames.RECENT));
    }

    @Test
    void add_floodOfOneTimestamp_isBounded() {
        List<EventJson> events = new ArrayList<>();
        for (int i = 0; i < 1_600; i++) {
            events.add(event((i * 7_919L) % 1_600, KICK_OFF));
        }

        driver.send(events);

        assertEquals(newest(events), answered());
        assertTrue(driver.entries(StoreNames.RECENT) < 2 * RecentEvents.KEPT);
        assertEquals(1_600, driver.stats("m").totalEvents());
    }

    @Test
    void add_newestFirst_keepsThemAndDropsTheOlder() {
        List<EventJson> events = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            events.add(event(i, KICK_OFF.minusSeconds(i)));
        }

        driver.send(events);

        assertEquals(newest(events), answered());
    }

    @Test
    void add_twoMatchesOfWhichOneNameBeginsTheOther_areApart() {
        driver.send(event(1, KICK_OFF), event(2, KICK_OFF).inMatch("m2"), event(3, KICK_OFF).inMatch("m.2"),
                event(4, KICK_OFF));

        assertEquals(List.of(EventJson.idOf(4).toString(), EventJson.idOf(1).toString()), answered());
    }

    @Test
    void add_anEventOfAYearBeforeTheEpoch_isOlderThanOneAfterIt() {
        EventJson before = event(9, Instant.parse("1950-01-01T00:00:00Z"));

        driver.send(before, event(1, KICK_OFF));

        assertEquals(List.of(EventJson.idOf(1).toString(), EventJson.idOf(9).toString()), answered());
    }

    /// An event that the dedupe has forgotten gets its old position again. This must not make the window appear full.
    @Test
    void add_smallMatchReplayedOften_staysOpenForOlderEvents() {
        // Given
        List<EventJson> events = new ArrayList<>();
        for (int i = 0; i < 350; i++) {
            events.add(event(i, KICK_OFF.plusSeconds(i)));
        }
        for (int replay = 0; replay < 3; replay++) {
            driver.send(events);
            driver.clock.advance(Duration.ofDays(5));
        }

        // When
        EventJson older = event(999, KICK_OFF.minusSeconds(1));
        driver.send(older);

        // Then
        assertEquals(older.eventId().toString(), answered().getLast());
        assertEquals(351, answered().size());
    }
}
