package com.fanfinity.analytics.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters;

class InFlightTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InFlight inFlight = new InFlight(100, new Meters(registry));

    @Test
    void grow_exactlyTheLimit_hasRoomAndOneByteMoreHasNot() {
        try (InFlight.Room one = inFlight.open(); InFlight.Room other = inFlight.open()) {
            one.grow(60);
            other.grow(40);

            ProblemException refused = assertThrows(ProblemException.class, () -> one.grow(1));

            assertEquals(503, refused.problem().status());
            assertEquals(true, refused.problem().retryAfter().isPresent());
            assertEquals(100, registry.get("ingest.in.flight.bytes").gauge().value());
        }
    }

    @Test
    void close_afterRefusal_allRoomIsBack() {
        try (InFlight.Room room = inFlight.open()) {
            room.grow(30);
            room.grow(70);
            assertThrows(ProblemException.class, () -> room.grow(1));
        }

        assertEquals(0, registry.get("ingest.in.flight.bytes").gauge().value());
    }
}
