package com.fanfinity.analytics.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.ops.Meters;

class InFlightTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InFlight inFlight = new InFlight(100, new Meters(registry));

    @Test
    void take_exactlyTheLimit_hasRoomAndOneByteMoreHasNot() {
        try (var _ = inFlight.take(60); var _ = inFlight.take(40)) {
            ProblemException refused = assertThrows(ProblemException.class, () -> inFlight.take(1));

            assertEquals(503, refused.problem().status());
            assertEquals(true, refused.problem().retryAfter().isPresent());
            assertEquals(100, registry.get("ingest.in.flight").gauge().value());
        }
    }

    @Test
    void take_afterRefusalAndClose_allRoomIsBack() {
        try (var _ = inFlight.take(100)) {
            assertThrows(ProblemException.class, () -> inFlight.take(1));
        }

        assertEquals(0, registry.get("ingest.in.flight").gauge().value());
        try (var _ = inFlight.take(100)) {
            assertEquals(100, registry.get("ingest.in.flight").gauge().value());
        }
    }
}
