package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.testing.TestMatches;

class RecordedEventsTest {

    @Test
    void decode_everyRecordedEvent_isValidAndRoundTrips() {
        for (RecordedMatch match : TestMatches.all()) {
            Set<UUID> seen = new HashSet<>();
            for (String line : match.events()) {
                Decoded decoded = Samples.decode(line);

                MatchEvent event = assertInstanceOf(Decoded.Valid.class, decoded, () -> line + ": " + decoded).event();
                assertEquals(new Decoded.Valid(event, true), Samples.decode(Samples.CODEC.encode(event)), line);
                assertTrue(seen.add(event.eventId()), line + " has the eventId of an earlier line");
                assertEquals(match.truth().matchId(), event.matchId());
            }
            assertEquals(match.truth().totalEvents(), seen.size());
        }
    }

    @Test
    void encode_everyRecordedEvent_isTheLineItself() {
        List<String> different = new ArrayList<>();
        for (RecordedMatch match : TestMatches.all()) {
            for (String line : match.events()) {
                String written = new String(Samples.CODEC.encode(Samples.valid(line)), UTF_8);
                if (!written.equals(line)) {
                    different.add(line + "\n" + written);
                }
            }
        }

        assertEquals(List.of(), different.stream().limit(3).toList());
    }
}
