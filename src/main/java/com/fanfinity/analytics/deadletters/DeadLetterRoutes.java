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
import com.fanfinity.analytics.deadletters.DeadLetterJson.LetterDetail;
import com.fanfinity.analytics.deadletters.DeadLetterJson.LetterHead;
import com.fanfinity.analytics.deadletters.DeadLetterJson.LetterPage;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.RequestBody;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.metrics.DeadLetterMeters;
import com.fanfinity.analytics.security.Caller;

/// `GET /api/dead-letters`, `GET /api/dead-letters/{id}` and `POST /api/dead-letters/replay`. All need a key with the
/// scope `admin`.
///
/// While ClickHouse does not respond, they return 503 with `Retry-After` and do nothing.
public final class DeadLetterRoutes implements Routes {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);

    private static final String PATH = "/api/dead-letters";
    private static final String JSON = "application/json";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int DEFAULT_LETTERS = 50;
    private static final int MAX_LETTERS = 500;

    /// Enough for 1,000 ids with the longest topic names.
    private static final int MAX_BODY_BYTES = 512 << 10;

    private final DeadLetterStore store;
    private final Optional<Replayer> replayer;

    /// @param clickHouse with a timeout short enough for a request
    /// @param publisher empty if the role ingest is off; replays are then rejected
    public DeadLetterRoutes(ClickHouse clickHouse, EventCodec codec, Optional<EventPublisher> publisher, Clock clock,
            DeadLetterMeters meters) {
        this(new ClickHouseDeadLetterStore(clickHouse), codec, publisher, clock, meters);
    }

    private DeadLetterRoutes(DeadLetterStore letters, EventCodec codec, Optional<EventPublisher> publisher,
            Clock clock, DeadLetterMeters meters) {
        this(letters, publisher.map(to -> new Replayer(letters, codec, to, clock, meters)));
    }

    DeadLetterRoutes(DeadLetterStore store, Optional<Replayer> replayer) {
        this.store = store;
        this.replayer = replayer;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, answering(this::list), Access.ADMIN);
        routes.get(PATH + "/{id}", answering(this::letter), Access.ADMIN);
        routes.post(PATH + "/replay", answering(this::replay), Access.ADMIN);
    }

    private interface LetterHandler {
        void handle(Context ctx) throws DeadLetterStoreException, InterruptedException;
    }

    private static Handler answering(LetterHandler handler) {
        return ctx -> {
            try {
                handler.handle(ctx);
            } catch (DeadLetterStoreException e) {
                LOG.atWarn().setCause(e).addKeyValue("requestId", HttpServer.requestIdOf(ctx))
                        .log("ClickHouse cannot read or audit dead letters");
                throw new ProblemException(Problem.unavailable(
                        "ClickHouse, which stores the dead letters, does not respond. No letter was replayed.",
                        RETRY_AFTER));
            }
        };
    }

    private void list(Context ctx) throws DeadLetterStoreException {
        Optional<DeadReason> reason = QueryParameters.oneOf(ctx, "reason", DeadReason.values());
        TimeRange span = new TimeRange(QueryParameters.time(ctx, "from"), QueryParameters.time(ctx, "to"));
        if (span.isEmpty()) {
            throw new ProblemException(Problem.badParameter("from", "must be before to"));
        }
        Optional<DeadLetterPosition> after = Optional.ofNullable(ctx.queryParam("cursor"))
                .map(DeadLetterPosition::ofCursor);
        int limit = QueryParameters.limit(ctx, DEFAULT_LETTERS, MAX_LETTERS);
        List<DeadLetter> found = store.newest(reason, span, after, limit + 1);
        List<DeadLetter> page = found.subList(0, Math.min(found.size(), limit));
        String next = found.size() > limit ? page.getLast().place().toCursor() : null;
        Map<DeadLetterId, ReplayAudit> outcomes = store.currentOutcomes(page.stream().map(DeadLetter::id).toList());
        Map<String, Long> reasons = store.reasons(span);
        List<LetterHead> heads = page.stream().map(letter -> LetterHead.of(letter, outcomes.get(letter.id()))).toList();
        answer(ctx, LetterPage.of(heads, next, reasons));
    }

    private void letter(Context ctx) throws DeadLetterStoreException {
        DeadLetterId id = DeadLetterId.parse(ctx.pathParam("id"))
                .orElseThrow(() -> new ProblemException(Problem.badParameter("id", "must be " + DeadLetterId.FORM)));
        DeadLetterContent content = store.detail(id, DeadLetterJson.MAX_RAW)
                .orElseThrow(
                        () -> new ProblemException(Problem.notFound("The dead letter " + id + " does not exist.")));
        List<ReplayAudit> history = store.replayHistory(id);
        ReplayAudit current = store.currentOutcomes(List.of(id)).get(id);
        answer(ctx, LetterDetail.of(content, current, history));
    }

    private void replay(Context ctx) throws DeadLetterStoreException, InterruptedException {
        Replayer events = replayer.orElseThrow(() -> new ProblemException(
                Problem.roleOff("This instance cannot replay events, because its role ingest is off.")));
        RequestBody.mediaType(ctx, Set.of(JSON));
        ReplayRequest request = ReplayRequestReader.read(RequestBody.read(ctx, MAX_BODY_BYTES, _ -> {}));
        ReplayAnswer answer = events.replay(request, HttpServer.requestIdOf(ctx), Caller.of(ctx).id());
        answer(ctx, answer.toJson());
    }

    private static void answer(Context ctx, Record answer) {
        ctx.contentType(JSON).header("Cache-Control", "no-store").result(Json.toBytes(answer));
    }
}
