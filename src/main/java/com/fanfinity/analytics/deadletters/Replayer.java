package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.deadletters.ReplayAnswer.LetterOutcome;
import com.fanfinity.analytics.deadletters.ReplayOutcome.AlreadyReplayed;
import com.fanfinity.analytics.deadletters.ReplayOutcome.InvalidEvent;
import com.fanfinity.analytics.deadletters.ReplayOutcome.LetterNotFound;
import com.fanfinity.analytics.deadletters.ReplayOutcome.NotReplayable;
import com.fanfinity.analytics.deadletters.ReplayOutcome.ReplayUnconfirmed;
import com.fanfinity.analytics.deadletters.ReplayOutcome.Replayed;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.ingest.EventPublisher;
import com.fanfinity.analytics.ingest.OutgoingEvent;
import com.fanfinity.analytics.ingest.PublishOutcome;
import com.fanfinity.analytics.metrics.DeadLetterMeters;
import com.fanfinity.analytics.metrics.Meters;

/// Sends dead letters to `match-events` again, as if their events had just arrived.
///
/// A repeated replay has no further effect, for two reasons:
///
/// - The audit: a letter with the outcome `replayed` is skipped.
/// - The topology's deduplication, within its window: two concurrent replays, or a replay after an outcome that could
///   not be audited, publish the same event under the same identity.
///
/// The identity is the event's own id. If there is none, it is derived from the original position of the record, as in
/// the topology.
final class Replayer {

    private static final Logger LOG = LoggerFactory.getLogger(Replayer.class);

    /// The number of letters in memory at a time.
    static final int CHUNK = 100;

    private static final Pattern CUT_VALUE = Pattern.compile("key=\\d+ value=(\\d{1,18}) headers=\\d+ bytes");

    private final DeadLetterStore store;
    private final EventCodec codec;
    private final EventPublisher publisher;
    private final Clock clock;
    private final DeadLetterMeters meters;

    Replayer(DeadLetterStore store, EventCodec codec, EventPublisher publisher, Clock clock, DeadLetterMeters meters) {
        this.store = store;
        this.codec = codec;
        this.publisher = publisher;
        this.clock = clock;
        this.meters = meters;
    }

    /// @param requestId the id of the HTTP request, for the audit
    /// @param by the name of the key of the HTTP request, for the audit
    /// @throws DeadLetterStoreException if the store fails before anything was published
    ReplayAnswer replay(ReplayRequest request, String requestId, String by)
            throws DeadLetterStoreException, InterruptedException {
        ReplayPlan plan = switch (request) {
            case ReplayRequest.ByIds(List<DeadLetterId> ids) -> plan(ids);
            case ReplayRequest.ByReason byReason -> plan(byReason);
        };
        Map<DeadLetterId, ReplayOutcome> outcomes = new HashMap<>(plan.settled());
        boolean audited = true;
        List<DeadLetterId> toTry = plan.toTry();
        if (!toTry.isEmpty()) {
            store.record(toTry.stream().map(id -> requested(id, requestId, by)).toList());
            attemptAll(toTry, outcomes);
            audited = audit(toTry.stream().map(id -> audit(id, outcomeOf(id, outcomes), requestId, by)).toList());
        }
        List<LetterOutcome> results = plan.all().stream().map(id -> new LetterOutcome(id, outcomeOf(id, outcomes)))
                .toList();
        results.forEach(result -> meters.replayed(result.outcome().kind()));
        return new ReplayAnswer(results, audited, plan.next());
    }

    /// @param all in the order of the answer
    /// @param settled the outcomes that are known without an attempt
    private record ReplayPlan(List<DeadLetterId> all, Map<DeadLetterId, ReplayOutcome> settled,
            Optional<DeadLetterPosition> next) {
        List<DeadLetterId> toTry() {
            return all.stream().filter(id -> !settled.containsKey(id)).toList();
        }
    }

    private ReplayPlan plan(List<DeadLetterId> ids) throws DeadLetterStoreException {
        Set<DeadLetterId> existing = store.existing(ids);
        Set<DeadLetterId> replayed = store.replayed(ids);
        Map<DeadLetterId, ReplayOutcome> settled = new HashMap<>();
        for (DeadLetterId id : ids) {
            if (!existing.contains(id)) {
                settled.put(id, new LetterNotFound());
            } else if (replayed.contains(id)) {
                settled.put(id, new AlreadyReplayed());
            }
        }
        return new ReplayPlan(ids, settled, Optional.empty());
    }

    private ReplayPlan plan(ReplayRequest.ByReason request) throws DeadLetterStoreException {
        List<DeadLetterPosition> found = store.unreplayed(request.reason(), request.span(), request.after(),
                request.limit() + 1);
        List<DeadLetterPosition> some = found.subList(0, Math.min(found.size(), request.limit()));
        Optional<DeadLetterPosition> next = found.size() > some.size() ? Optional.of(some.getLast()) : Optional.empty();
        return new ReplayPlan(some.stream().map(DeadLetterPosition::id).toList(), Map.of(), next);
    }

    /// Sets an outcome for each letter, also if letters fail. While Kafka acknowledges nothing, each chunk takes its
    /// whole timeout, so after the first such chunk the other letters are not tried.
    private void attemptAll(List<DeadLetterId> ids, Map<DeadLetterId, ReplayOutcome> outcomes)
            throws InterruptedException {
        boolean answering = true;
        for (int from = 0; from < ids.size(); from += CHUNK) {
            List<DeadLetterId> some = ids.subList(from, Math.min(ids.size(), from + CHUNK));
            if (answering) {
                attempt(some, outcomes);
                answering = some.stream()
                        .anyMatch(id -> outcomeOf(id, outcomes).kind() != Meters.ReplayResult.UNAVAILABLE);
            } else {
                some.forEach(id -> outcomes.put(id,
                        new ReplayUnconfirmed("not tried, because earlier letters failed", Optional.empty())));
            }
        }
    }

    private void attempt(List<DeadLetterId> ids, Map<DeadLetterId, ReplayOutcome> outcomes)
            throws InterruptedException {
        Map<DeadLetterId, DeadLetterContent> contents;
        try {
            contents = store.contents(ids, EventRules.MAX_EVENT_BYTES).stream()
                    .collect(Collectors.toMap(content -> content.letter().id(), Function.identity()));
        } catch (DeadLetterStoreException e) {
            LOG.atWarn().setCause(e).addKeyValue("letters", ids.size())
                    .log("dead letters cannot be read; not replayed");
            ids.forEach(id -> outcomes.put(id,
                    new ReplayUnconfirmed("ClickHouse did not return the letter in time", Optional.empty())));
            return;
        }
        Instant now = clock.instant();
        Map<DeadLetterId, OutgoingEvent> ready = new LinkedHashMap<>();
        for (DeadLetterId id : ids) {
            DeadLetterContent content = contents.get(id);
            switch (content == null ? new SettledLetter(new LetterNotFound()) : assess(content, now)) {
                case SettledLetter(ReplayOutcome outcome) -> outcomes.put(id, outcome);
                case ReadyToPublish(OutgoingEvent outgoing) -> ready.put(id, outgoing);
            }
        }
        publish(ready, now, outcomes);
    }

    private sealed interface Assessment {}

    private record SettledLetter(ReplayOutcome outcome) implements Assessment {}

    private record ReadyToPublish(OutgoingEvent outgoing) implements Assessment {}

    private Assessment assess(DeadLetterContent content, Instant now) {
        DeadLetter letter = content.letter();
        if (letter.reason().equals(DeadReason.UNSTORABLE.wireName())) {
            return new SettledLetter(
                    new NotReplayable("its event was accepted and counted, and only its row is missing; "
                            + "docs/operations/replay-and-recount.md describes the repair"));
        }
        if (isCut(content)) {
            return new SettledLetter(new NotReplayable("its value was too large and is truncated"));
        }
        if (letter.size() > EventRules.MAX_EVENT_BYTES) {
            return new SettledLetter(new InvalidEvent(List.of(new Fault(Fault.WHOLE, Fault.Code.TOO_LARGE,
                    "is " + letter.size() + " bytes long; at most " + EventRules.MAX_EVENT_BYTES + " are allowed"))));
        }
        return switch (codec.decode(content.raw(), now, () -> origin(letter))) {
            case Decoded.Valid valid -> new ReadyToPublish(OutgoingEvent.of(valid, content.raw(),
                    producer(content)));
            case Decoded.Invalid(List<Fault> faults, _) -> new SettledLetter(new InvalidEvent(faults));
        };
    }

    private static UUID origin(DeadLetter letter) {
        return letter.sourceOffset() >= 0
                ? EventIds.ofPlace(letter.sourceTopic(), letter.sourcePartition(), letter.sourceOffset())
                : EventIds.ofPlace(letter.id().topic(), letter.id().partition(), letter.id().offset());
    }

    /// Only the value matters: a replay recreates the key and ignores the headers.
    private static boolean isCut(DeadLetterContent content) {
        byte[] cut = content.headers().get(RecordHeaders.CUT);
        Matcher value = CUT_VALUE.matcher(cut == null ? "" : new String(cut, UTF_8));
        return value.matches() && Long.parseLong(value.group(1)) > content.letter().size();
    }

    /// The original sender: a replay does not make the operator the source of the event.
    private static String producer(DeadLetterContent content) {
        byte[] header = content.headers().get(RecordHeaders.PRODUCER);
        return header == null ? "" : RecordHeaders.producer(new String(header, UTF_8));
    }

    private void publish(Map<DeadLetterId, OutgoingEvent> ready, Instant now, Map<DeadLetterId, ReplayOutcome> outcomes)
            throws InterruptedException {
        List<PublishOutcome> published = publisher.publish(List.copyOf(ready.values()), Timestamps.micros(now));
        List<DeadLetterId> ids = List.copyOf(ready.keySet());
        for (int i = 0; i < ids.size(); i++) {
            MatchEvent event = requireNonNull(ready.get(ids.get(i))).event();
            outcomes.put(ids.get(i), switch (published.get(i)) {
                case PublishOutcome.Acknowledged _ -> new Replayed(event);
                case PublishOutcome.NotAcknowledged _ ->
                    new ReplayUnconfirmed("Kafka did not confirm it in time; it may be replayed again",
                            Optional.of(event));
            });
        }
    }

    private static ReplayOutcome outcomeOf(DeadLetterId id, Map<DeadLetterId, ReplayOutcome> outcomes) {
        return outcomes.getOrDefault(id, new LetterNotFound());
    }

    private ReplayAudit requested(DeadLetterId id, String requestId, String by) {
        return new ReplayAudit(id, ReplayAudit.REQUESTED, "", "", "", requestId, by, clock.instant());
    }

    private ReplayAudit audit(DeadLetterId id, ReplayOutcome outcome, String requestId, String by) {
        return new ReplayAudit(id, outcome.kind().wireName(), outcome.detail(),
                outcome.event().map(event -> event.eventId().toString()).orElse(""),
                outcome.event().map(MatchEvent::matchId).orElse(""), requestId, by, clock.instant());
    }

    private boolean audit(List<ReplayAudit> outcomes) throws InterruptedException {
        try {
            store.record(outcomes);
            return true;
        } catch (DeadLetterStoreException e) {
            LOG.atError().setCause(e).addKeyValue("letters", outcomes.size())
                    .log("letters were replayed, but their outcomes cannot be stored; "
                            + "a repeated replay counts them once");
            return false;
        }
    }
}
