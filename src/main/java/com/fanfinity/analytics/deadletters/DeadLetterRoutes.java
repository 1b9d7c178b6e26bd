package com.fanfinity.analytics.deadletters;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.AdminGuard;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.RequestBody;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.metrics.Meters;

/// `GET /api/dead-letters`, one in full, and `POST /api/dead-letters/replay`; all for those who have the admin key.
///
/// 503 with `Retry-After` while ClickHouse does not answer: then nothing was done.
public final class DeadLetterRoutes implements Routes {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);

    private static final String PATH = "/api/dead-letters";
    private static final String JSON = "application/json";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int LETTERS = 50;
    private static final int MOST_LETTERS = 500;

    /// Above 1,000 ids with the longest names that topics can have.
    private static final int MAX_BODY_BYTES = 512 << 10;

    private final DeadLetterStore store;
    private final Optional<Replayer> replayer;
    private final AdminGuard guard;

    /// Nothing is contacted before the first request.
    ///
    /// @param clickHouse with a timeout that a request can wait for
    /// @param publisher empty if this instance takes no events: then letters can be read, and replaying is refused
    public DeadLetterRoutes(ClickHouse clickHouse, Secret adminKey, EventCodec codec, Optional<EventPublisher> publisher, Clock clock,
            Meters meters) {
        this(new ClickHouseDeadLetterStore(clickHouse), adminKey, codec, publisher, clock, meters);
    }

    private DeadLetterRoutes(DeadLetterStore letters, Secret adminKey, EventCodec codec, Optional<EventPublisher> publisher, Clock clock,
            Meters meters) {
        this(letters, publisher.map(to -> new Replayer(letters, codec, to, clock, meters)), new AdminGuard(adminKey));
    }

    DeadLetterRoutes(DeadLetterStore store, Optional<Replayer> replayer, AdminGuard guard) {
        this.store = store;
        this.replayer = replayer;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, guarded(this::list));
        routes.get(PATH + "/{id}", guarded(this::letter));
        routes.post(PATH + "/replay", guarded(this::replay));
    }

    private interface LetterHandler {
        void handle(Context ctx) throws DeadLetterStoreException, InterruptedException;
    }

    private Handler guarded(LetterHandler handler) {
        return guard.requireKey(ctx -> {
            try {
                handler.handle(ctx);
            } catch (DeadLetterStoreException e) {
                LOG.atWarn().setCause(e).addKeyValue("requestId", HttpServer.requestIdOf(ctx))
                        .log("dead letters cannot be read or audited");
                throw new ProblemException(Problem.unavailable(
                        "ClickHouse, which keeps the dead letters, does not answer now. Nothing was replayed.", RETRY_AFTER));
            }
        });
    }

    private void list(Context ctx) throws DeadLetterStoreException {
        Optional<DeadReason> reason = QueryParameters.oneOf(ctx, "reason", DeadReason.values());
        TimeRange span = new TimeRange(QueryParameters.time(ctx, "from"), QueryParameters.time(ctx, "to"));
        if (span.isEmpty()) {
            throw new ProblemException(Problem.badParameter("from", "must be before to"));
        }
        Optional<DeadLetterPosition> after = Optional.ofNullable(ctx.queryParam("cursor")).map(DeadLetterPosition::ofCursor);
        int limit = QueryParameters.limit(ctx, LETTERS, MOST_LETTERS);
        List<DeadLetter> found = store.newest(reason, span, after, limit + 1);
        List<DeadLetter> page = found.subList(0, Math.min(found.size(), limit));
        Optional<String> next = found.size() > limit ? Optional.of(page.getLast().place().toCursor()) : Optional.empty();
        Map<DeadLetterId, ReplayAudit> standing = store.currentOutcomes(page.stream().map(DeadLetter::id).toList());
        Map<String, Long> reasons = store.reasons(span);
        answer(ctx, json -> {
            json.writeArrayFieldStart("letters");
            for (DeadLetter letter : page) {
                json.writeStartObject();
                DeadLetterJson.writeHead(json, letter, Optional.ofNullable(standing.get(letter.id())));
                json.writeEndObject();
            }
            json.writeEndArray();
            DeadLetterJson.writeText(json, "nextCursor", next);
            json.writeObjectFieldStart("reasons");
            for (Map.Entry<String, Long> count : reasons.entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
        });
    }

    private void letter(Context ctx) throws DeadLetterStoreException {
        DeadLetterId id = DeadLetterId.parse(ctx.pathParam("id"))
                .orElseThrow(() -> new ProblemException(Problem.badParameter("id", "must be " + DeadLetterId.FORM)));
        DeadLetterContent content = store.contents(List.of(id), Integer.MAX_VALUE).stream().findFirst()
                .orElseThrow(() -> new ProblemException(Problem.notFound("There is no dead letter " + id + ".")));
        List<ReplayAudit> history = store.replayHistory(id);
        Map<DeadLetterId, ReplayAudit> standing = store.currentOutcomes(List.of(id));
        answer(ctx, json -> {
            DeadLetterJson.writeHead(json, content.letter(), Optional.ofNullable(standing.get(id)));
            DeadLetterJson.writeContent(json, content, history);
        });
    }

    private void replay(Context ctx) throws DeadLetterStoreException, InterruptedException {
        Replayer events = replayer.orElseThrow(() -> new ProblemException(
                Problem.roleOff("This instance does not take events (role ingest is off), so it does not replay them.")));
        RequestBody.mediaType(ctx, Set.of(JSON));
        ReplayRequest request = ReplayRequestReader.read(RequestBody.read(ctx, MAX_BODY_BYTES, _ -> {}));
        ReplayAnswer answer = events.replay(request, HttpServer.requestIdOf(ctx), AdminGuard.NAME);
        answer(ctx, answer::write);
    }

    private static void answer(Context ctx, Json.Members members) {
        ctx.contentType(JSON).header("Cache-Control", "no-store").result(Json.object(members));
    }
}
