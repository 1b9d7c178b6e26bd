package com.fanfinity.analytics.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.Decoded.Invalid;
import com.fanfinity.analytics.event.Decoded.Valid;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.OpenAnswer;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.RequestBody;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.IngestMeters;
import com.fanfinity.analytics.security.WriteAdmission;

/// `POST /api/events` and `POST /api/events/batch`.
///
/// They answer 202 only for events that Kafka acknowledged with `acks=all`. Any other event is either invalid, so that
/// sending it again unchanged fails again, or not acknowledged, so that it should be sent again.
public final class IngestRoutes implements Routes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final String EVENTS = "/api/events";
    private static final String BATCH = "/api/events/batch";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private record AcceptedEvent(UUID eventId, String status, Instant receivedAt) {}

    private record UnacknowledgedEvent(UUID eventId) {}

    private final EventCodec codec;
    private final EventIds ids;
    private final EventPublisher publisher;
    private final InFlightBytes inFlight;
    private final ConcurrencyLimit limit;
    private final Function<Context, String> sender;
    private final Clock clock;
    private final IngestMeters meters;

    /// @param sender names the sender of a request, whose bodies share a bound
    public IngestRoutes(EventCodec codec, EventIds ids, EventPublisher publisher, InFlightBytes inFlight,
            ConcurrencyLimit limit, Function<Context, String> sender, Clock clock, IngestMeters meters) {
        this.codec = codec;
        this.ids = ids;
        this.publisher = publisher;
        this.inFlight = inFlight;
        this.limit = limit;
        this.sender = sender;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post(EVENTS, this::postEvent, Access.INGEST);
        routes.post(BATCH, this::postBatch, Access.INGEST);
    }

    @Override
    public Optional<Problem> shedIfOverloaded(String method, String path, int queued) {
        boolean rejected = limit.isFull(queued) && method.equals("POST") && (path.equals(EVENTS) || path.equals(BATCH));
        return rejected ? Optional.of(limit.reject()) : Optional.empty();
    }

    private void postEvent(Context ctx) throws InterruptedException {
        Instant receivedAt = clock.instant();
        WriteAdmission admission = WriteAdmission.of(ctx);
        rejectIfFull(ctx);
        RequestBody.mediaType(ctx, Set.of(JSON));
        byte[] json = readBody(ctx, admission, newReservation(ctx), EventRules.MAX_EVENT_BYTES);
        ConcurrencyLimit.IngestPermit permit = limit.acquire();
        OpenAnswer.of(ctx).whenSent(permit::close);
        OutgoingEvent event = switch (codec.decode(json, receivedAt, ids::next)) {
            case Valid valid when !admission.mayWrite(valid.event().matchId()) ->
                throw new ProblemException(WriteAdmission.forbiddenMatch());
            case Valid valid -> OutgoingEvent.of(valid, json, admission.producer());
            case Invalid invalid -> throw new ProblemException(invalidEvent(invalid));
        };
        PublishOutcome outcome = publisher.publish(List.of(event), Timestamps.micros(receivedAt)).getFirst();
        permit.recordLatency();
        switch (outcome) {
            case PublishOutcome.Acknowledged _ -> sendAccepted(ctx, event.event(), receivedAt);
            case PublishOutcome.NotAcknowledged _ -> throw new ProblemException(notAcknowledged(event.event()));
        }
    }

    /// Bytes of the body, which count as in flight until the answer is sent.
    private InFlightBytes.ByteReservation newReservation(Context ctx) {
        InFlightBytes.ByteReservation reservation = inFlight.newReservation(sender.apply(ctx));
        OpenAnswer.of(ctx).whenSent(reservation::close);
        return reservation;
    }

    private static byte[] readBody(Context ctx, WriteAdmission admission, InFlightBytes.ByteReservation reservation,
            int maxBytes) {
        return RequestBody.read(ctx, maxBytes, bytes -> {
            admission.chargeBytes(ctx, bytes);
            reservation.add(bytes);
        });
    }

    /// Rejects before the body is read; the body is discarded.
    private void rejectIfFull(Context ctx) {
        if (limit.isFull(0)) {
            RequestBody.discard(ctx);
            throw new ProblemException(limit.reject());
        }
    }

    private void sendAccepted(Context ctx, MatchEvent event, Instant receivedAt) {
        meters.ingested(event.type());
        ctx.status(202).contentType(JSON)
                .result(Json.toBytes(new AcceptedEvent(event.eventId(), "accepted", receivedAt)));
    }

    private void postBatch(Context ctx) throws InterruptedException {
        Instant receivedAt = clock.instant();
        WriteAdmission admission = WriteAdmission.of(ctx);
        rejectIfFull(ctx);
        List<byte[]> events = readEvents(ctx, admission);
        if (events.isEmpty()) {
            throw new ProblemException(Problem.badRequest("The batch contains no events."));
        }
        admission.chargeEvents(ctx, events.size());
        ConcurrencyLimit.IngestPermit permit = limit.acquireForBatch(events.size());
        OpenAnswer.of(ctx).whenSent(permit::close);
        IncomingBatch batch = IncomingBatch.decode(events, receivedAt, codec, ids, admission);
        OpenAnswer.of(ctx).reserve(batch.maxAnswerBytes());
        BatchResult result = batch.result(publisher.publish(batch.outgoing(), Timestamps.micros(receivedAt)), meters);
        permit.keepOne();
        result.toProblem().ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        ctx.status(result.status()).contentType(JSON).result(Json.toBytes(result));
    }

    /// Reads the body, and keeps only the events.
    private List<byte[]> readEvents(Context ctx, WriteAdmission admission) {
        String type = RequestBody.mediaType(ctx, Set.of(JSON, NDJSON));
        InFlightBytes.ByteReservation reservation = newReservation(ctx);
        List<byte[]> events = split(type, readBody(ctx, admission, reservation, BatchReader.MAX_BYTES));
        reservation.keepOneCopy();
        return events;
    }

    private static List<byte[]> split(String type, byte[] body) {
        return type.equals(NDJSON) ? BatchReader.lines(body) : BatchReader.array(body);
    }

    private static Problem invalidEvent(Decoded.Invalid invalid) {
        return Problem
                .of(400, "invalid-event", "Invalid event", "The event is invalid; see errors.")
                .withErrors(invalid.faults());
    }

    /// The problem contains the generated `eventId`, so that the client can send the event again under it.
    private static Problem notAcknowledged(MatchEvent event) {
        return Problem.unavailable(
                "Kafka did not acknowledge the event in time, so it was not accepted. Send it again with this eventId.",
                RETRY_AFTER).with(new UnacknowledgedEvent(event.eventId()));
    }
}
