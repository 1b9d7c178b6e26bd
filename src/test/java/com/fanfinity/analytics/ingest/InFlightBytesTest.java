package com.fanfinity.analytics.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters;

class InFlightBytesTest {
    private static final int BATCH = BatchReader.MAX_BYTES;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InFlightBytes inFlight = new InFlightBytes(8 * BATCH, new Meters(registry).ingest());

    /// Each of these bodies is in memory twice.
    @Test
    void add_exactlyTheLimit_isReservedAndOneByteMoreIsRejected() {
        for (int sender = 0; sender < 4; sender++) {
            inFlight.newReservation("s" + sender).add(BATCH);
        }

        ProblemException refused = assertThrows(ProblemException.class, () -> inFlight.newReservation("other").add(1));

        assertEquals(503, refused.problem().status());
        assertTrue(refused.problem().retryAfter().isPresent());
        assertEquals(8.0 * BATCH, gauge());
        assertEquals(1, refused("bytes"));
    }

    @Test
    void add_quarterOfTheLimitByOneSender_isReservedAndOneByteMoreIsRejectedForItAlone() {
        inFlight.newReservation("one").add(BATCH / 2);
        inFlight.newReservation("one").add(BATCH / 2);

        assertThrows(ProblemException.class, () -> inFlight.newReservation("one").add(1));

        assertEquals(1, refused("sender"));
        inFlight.newReservation("other").add(BATCH);
        assertEquals(4.0 * BATCH, gauge());
    }

    /// Otherwise no sender could send a batch of the greatest length.
    @Test
    void add_smallLimit_leavesEachSenderOneBatch() {
        InFlightBytes small = new InFlightBytes(4 * BATCH, new Meters(new SimpleMeterRegistry()).ingest());

        small.newReservation("one").add(BATCH);
        assertThrows(ProblemException.class, () -> small.newReservation("one").add(1));
        small.newReservation("other").add(BATCH);
    }

    @Test
    void keepOneCopy_leavesRoomForAsManyBytes() {
        InFlightBytes.ByteReservation first = inFlight.newReservation("one");
        first.add(BATCH);
        first.keepOneCopy();
        assertEquals(BATCH, gauge());

        inFlight.newReservation("one").add(BATCH / 2);
        first.close();

        assertEquals(BATCH, gauge());
    }

    @Test
    void close_afterRejection_releasesAllBytesAndForgetsTheSender() {
        InFlightBytes.ByteReservation reservation = inFlight.newReservation("one");
        reservation.add(BATCH);
        assertThrows(ProblemException.class, () -> reservation.add(1));

        reservation.close();
        reservation.close();

        assertEquals(0, gauge());
        assertEquals(0, inFlight.senders());
    }

    private double gauge() {
        return registry.get("ingest.in.flight.bytes").gauge().value();
    }

    private double refused(String reason) {
        return registry.get("ingest.refused").tag("reason", reason).counter().count();
    }
}
