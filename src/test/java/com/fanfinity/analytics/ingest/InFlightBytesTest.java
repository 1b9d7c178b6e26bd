package com.fanfinity.analytics.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters;

class InFlightBytesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InFlightBytes inFlight = new InFlightBytes(100, new Meters(registry).ingest());

    @Test
    void add_exactlyTheLimit_isReservedAndOneByteMoreIsRejected() {
        try (InFlightBytes.ByteReservation one = inFlight.newReservation();
                InFlightBytes.ByteReservation other = inFlight.newReservation()) {
            one.add(60);
            other.add(40);

            ProblemException refused = assertThrows(ProblemException.class, () -> one.add(1));

            assertEquals(503, refused.problem().status());
            assertEquals(true, refused.problem().retryAfter().isPresent());
            assertEquals(100, registry.get("ingest.in.flight.bytes").gauge().value());
        }
    }

    @Test
    void close_afterRejection_releasesAllBytes() {
        try (InFlightBytes.ByteReservation reservation = inFlight.newReservation()) {
            reservation.add(30);
            reservation.add(70);
            assertThrows(ProblemException.class, () -> reservation.add(1));
        }

        assertEquals(0, registry.get("ingest.in.flight.bytes").gauge().value());
    }
}
