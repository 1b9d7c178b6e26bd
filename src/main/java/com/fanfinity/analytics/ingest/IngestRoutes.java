package com.fanfinity.analytics.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

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
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.RequestBody;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.IngestMeters;

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
    private final Clock clock;
    private final IngestMeters meters;

    public IngestRoutes(EventCodec codec, EventIds ids, EventPublisher publisher, InFlightBytes inFlight,
            ConcurrencyLimit limit, Clock clock,
            IngestMeters meters) {
        this.codec = codec;
        this.ids = ids;
        this.publisher = publisher;
        this.inFlight = inFlight;
        this.limit = limit;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post(EVENTS, this::postEvent);
        routes.post(BATCH, this::postBatch);
    }

    @Override
    public Optional<Problem> shedIfOverloaded(String method, String path, int queued) {
        boolean rejected = limit.isFull(queued) && method.equals("POST") && (path.equals(EVENTS) || path.equals(BATCH));
        return rejected ? Optional.of(limit.reject()) : Optional.empty();
    }

    private void postEvent(Context ctx) throws InterruptedException {
        Instant receivedAt = clock.instant();
        rejectIfFull(ctx);
        RequestBody.mediaType(ctx, Set.of(JSON));
        try (InFlightBytes.ByteReservation reservation = inFlight.newReservation()) {
            byte[] json = RequestBody.read(ctx, EventRules.MAX_EVENT_BYTES, reservation::add);
            try (ConcurrencyLimit.IngestPermit permit = limit.acquire()) {
                OutgoingEvent event = switch (codec.decode(json, receivedAt, ids::next)) {
                    case Valid valid -> OutgoingEvent.of(valid, json);
                    case Invalid invalid -> throw new ProblemException(invalidEvent(invalid));
                };
                PublishOutcome outcome = publisher.publish(List.of(event), Timestamps.micros(receivedAt)).getFirst();
                permit.recordLatency();
                switch (outcome) {
                    case PublishOutcome.Acknowledged _ -> sendAccepted(ctx, event.event(), receivedAt);
                    case PublishOutcome.NotAcknowledged _ -> throw new ProblemException(notAcknowledged(event.event()));
                }
            }
        }
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
        rejectIfFull(ctx);
        String type = RequestBody.mediaType(ctx, Set.of(JSON, NDJSON));
        try (InFlightBytes.ByteReservation reservation = inFlight.newReservation()) {
            byte[] body = RequestBody.read(ctx, BatchReader.MAX_BYTES, reservation::add);
            List<byte[]> events = type.equals(NDJSON) ? BatchReader.lines(body) : BatchReader.array(body);
            if (events.isEmpty()) {
                throw new ProblemException(Problem.badRequest("The batch contains no events."));
            }
            try (ConcurrencyLimit.IngestPermit _ = limit.acquireForBatch(events.size())) {
                BatchResult result = publishBatch(events, receivedAt);
                result.toProblem().ifPresent(problem -> {
                    throw new ProblemException(problem);
                });
                ctx.status(result.status()).contentType(JSON).result(Json.toBytes(result));
            }
        }
    }

    private BatchResult publishBatch(List<byte[]> events, Instant receivedAt) throws InterruptedException {
        List<BatchResult.RejectedEvent> rejected = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        List<OutgoingEvent> outgoing = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            byte[] json = events.get(index);
            switch (codec.decode(json, receivedAt, ids::next)) {
                case Invalid invalid -> rejected.add(BatchResult.RejectedEvent.of(index, invalid));
                case Valid valid -> {
                    indexes.add(index);
                    outgoing.add(OutgoingEvent.of(valid, json));
                }
            }
        }
        int accepted = 0;
        List<Integer> unavailable = new ArrayList<>();
        List<UUID> unavailableEventIds = new ArrayList<>();
        List<PublishOutcome> outcomes = publisher.publish(outgoing, Timestamps.micros(receivedAt));
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case PublishOutcome.Acknowledged _ -> {
                    accepted++;
                    meters.ingested(outgoing.get(i).event().type());
                }
                case PublishOutcome.NotAcknowledged _ -> {
                    unavailable.add(indexes.get(i));
                    unavailableEventIds.add(outgoing.get(i).event().eventId());
                }
            }
        }
        return new BatchResult(accepted, rejected, unavailable, unavailableEventIds);
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
