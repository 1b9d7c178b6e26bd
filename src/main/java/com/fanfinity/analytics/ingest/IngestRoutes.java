package com.fanfinity.analytics.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
import com.fanfinity.analytics.metrics.Meters;

/// `POST /api/events` and `POST /api/events/batch`.
///
/// 202 is answered only for what Kafka has acknowledged with `acks=all`; everything else is told apart as refused (never accepted
/// as it is) or unavailable (not accepted now, may be sent again).
public final class IngestRoutes implements Routes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final String EVENTS = "/api/events";
    private static final String BATCH = "/api/events/batch";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private final EventCodec codec;
    private final EventIds ids;
    private final EventPublisher publisher;
    private final InFlight inFlight;
    private final ConcurrencyLimit limit;
    private final Clock clock;
    private final Meters meters;

    public IngestRoutes(EventCodec codec, EventIds ids, EventPublisher publisher, InFlight inFlight, ConcurrencyLimit limit, Clock clock,
            Meters meters) {
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
        routes.post(EVENTS, this::one);
        routes.post(BATCH, this::batch);
    }

    @Override
    public Optional<Problem> refusal(String method, String path, int waiting) {
        boolean ours = limit.isFull(waiting) && method.equals("POST") && (path.equals(EVENTS) || path.equals(BATCH));
        return ours ? Optional.of(limit.refusal()) : Optional.empty();
    }

    private void one(Context ctx) throws InterruptedException {
        Instant receivedAt = clock.instant();
        refuseIfFull(ctx);
        RequestBody.mediaType(ctx, Set.of(JSON));
        try (InFlight.Room room = inFlight.open()) {
            byte[] json = RequestBody.read(ctx, EventRules.MAX_EVENT_BYTES, room::grow);
            try (ConcurrencyLimit.Place place = limit.enter()) {
                Outgoing event = switch (codec.decode(json, receivedAt, ids::next)) {
                    case Valid valid -> Outgoing.of(valid, json);
                    case Invalid invalid -> throw new ProblemException(refused(invalid));
                };
                PublishOutcome outcome = publisher.publish(List.of(event), Timestamps.micros(receivedAt)).getFirst();
                place.answered();
                switch (outcome) {
                    case PublishOutcome.Acknowledged _ -> accept(ctx, event.event(), receivedAt);
                    case PublishOutcome.Unavailable _ -> throw new ProblemException(unavailable(event.event()));
                }
            }
        }
    }

    /// Before the body is read: it is thrown away then, not looked at.
    private void refuseIfFull(Context ctx) {
        if (limit.isFull(0)) {
            RequestBody.discard(ctx);
            throw new ProblemException(limit.refusal());
        }
    }

    private void accept(Context ctx, MatchEvent event, Instant receivedAt) {
        meters.ingest().ingested(event.type());
        ctx.status(202).contentType(JSON).result(Json.object(json -> {
            json.writeStringField("eventId", event.eventId().toString());
            json.writeStringField("status", "accepted");
            json.writeStringField("receivedAt", Timestamps.format(receivedAt));
        }));
    }

    private void batch(Context ctx) throws InterruptedException {
        Instant receivedAt = clock.instant();
        refuseIfFull(ctx);
        String type = RequestBody.mediaType(ctx, Set.of(JSON, NDJSON));
        try (InFlight.Room room = inFlight.open()) {
            byte[] body = RequestBody.read(ctx, BatchReader.MAX_BYTES, room::grow);
            List<byte[]> events = type.equals(NDJSON) ? BatchReader.lines(body) : BatchReader.array(body);
            if (events.isEmpty()) {
                throw new ProblemException(Problem.badRequest("The batch contains no events."));
            }
            try (ConcurrencyLimit.Place _ = limit.enterBatch(events.size())) {
                BatchAnswer answer = take(events, receivedAt);
                answer.toProblem().ifPresent(problem -> {
                    throw new ProblemException(problem);
                });
                ctx.status(answer.status()).contentType(JSON).result(Json.object(answer::write));
            }
        }
    }

    private BatchAnswer take(List<byte[]> events, Instant receivedAt) throws InterruptedException {
        List<BatchAnswer.Rejected> rejected = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<Outgoing> valid = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            byte[] json = events.get(index);
            switch (codec.decode(json, receivedAt, ids::next)) {
                case Invalid invalid -> rejected.add(new BatchAnswer.Rejected(index, invalid));
                case Valid good -> {
                    places.add(index);
                    valid.add(Outgoing.of(good, json));
                }
            }
        }
        int accepted = 0;
        List<BatchAnswer.Unavailable> unavailable = new ArrayList<>();
        List<PublishOutcome> outcomes = publisher.publish(valid, Timestamps.micros(receivedAt));
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case PublishOutcome.Acknowledged _ -> {
                    accepted++;
                    meters.ingest().ingested(valid.get(i).event().type());
                }
                case PublishOutcome.Unavailable _ -> unavailable
                        .add(new BatchAnswer.Unavailable(places.get(i), valid.get(i).event().eventId()));
            }
        }
        return new BatchAnswer(accepted, rejected, unavailable);
    }

    private static Problem refused(Decoded.Invalid invalid) {
        return Problem
                .of(400, "invalid-event", "Invalid event", "The event is invalid; see errors.")
                .with(json -> Problem.writeFaults(json, invalid.faults()));
    }

    /// The identity is told, so that an event which had none can be sent again under the same one.
    private static Problem unavailable(MatchEvent event) {
        return Problem.unavailable("Kafka did not acknowledge the event in time, so it was not accepted. Send it again with this eventId.",
                RETRY_AFTER).with(json -> json.writeStringField("eventId", event.eventId().toString()));
    }
}
