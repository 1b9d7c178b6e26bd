package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.SharedData;

class RecordedMatchesTest {

    @Test
    void decode_everyRecordedEvent_isValidAndRoundTrips() throws IOException {
        for (Path file : SharedData.matches()) {
            Set<UUID> seen = new HashSet<>();
            List<String> lines = Files.readAllLines(file, UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                String place = file.getFileName() + ":" + (i + 1);

                Decoded decoded = Samples.decode(lines.get(i));

                MatchEvent event = assertInstanceOf(Decoded.Valid.class, decoded, () -> place + ": " + decoded).event();
                assertEquals(new Decoded.Valid(event, true), Samples.decode(Samples.CODEC.encode(event)), place);
                assertTrue(seen.add(event.eventId()), place + " has the eventId of an earlier line");
                assertEquals(file.getFileName().toString(), event.matchId() + ".ndjson", place);
            }
            assertTrue(seen.size() > 1_000, file + " has only " + seen.size() + " events");
        }
    }

    @Test
    void encode_everyRecordedEvent_isTheLineItself() throws IOException {
        List<String> different = new ArrayList<>();
        for (Path file : SharedData.matches()) {
            for (String line : Files.readAllLines(file, UTF_8)) {
                String written = new String(Samples.CODEC.encode(Samples.valid(line)), UTF_8);
                if (!written.equals(line)) {
                    different.add(line + "\n" + written);
                }
            }
        }

        assertEquals(List.of(), different.stream().limit(3).toList());
    }
}
