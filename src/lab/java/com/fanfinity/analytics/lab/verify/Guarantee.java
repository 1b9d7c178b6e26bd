package com.fanfinity.analytics.lab.verify;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

import com.fanfinity.analytics.lab.verify.AcceptedModel.Identity;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// The guarantee, checked on a system that has processed all events: each event with a 202 is counted once and stored
/// once, and there are no other events. The system must not have received other events than the model.
public final class Guarantee {

    /// The maximum number of lost, foreign and doubled events in a report.
    private static final int NAMED = 10;
    private static final String TOPIC = "match-events";
    private static final Duration PER_MATCH = Duration.ofSeconds(15);

    private final ApiClient api;
    private final AcceptedModel accepted;
    private final String bootstrapServers;
    private final Duration settle;
    private final long invalid;

    /// @param settle the time limit for counting and storing the last events
    public Guarantee(ApiClient api, AcceptedModel accepted, String bootstrapServers, Duration settle) {
        this(api, accepted, bootstrapServers, settle, 0);
    }

    /// @param settle the time limit for counting and storing the last events
    /// @param invalid the number of records in Kafka that are no events, each of which is a dead letter
    public Guarantee(ApiClient api, AcceptedModel accepted, String bootstrapServers, Duration settle, long invalid) {
        this.invalid = invalid;
        this.api = api;
        this.accepted = accepted;
        this.bootstrapServers = bootstrapServers;
        this.settle = settle;
    }

    /// The result of the check.
    ///
    /// @param broken a sentence for each violation; none if the guarantee holds
    /// @param received the number of records in Kafka
    /// @param duplicates the number of records that the service recognized as duplicates
    public record Verdict(List<String> broken, long received, long duplicates) {
        public boolean holds() {
            return broken.isEmpty();
        }
    }

    /// @throws AssertionError with all violations
    public void check() throws IOException, InterruptedException {
        Verdict verdict = verdict();
        if (!verdict.holds()) {
            throw new AssertionError(String.join("\n", verdict.broken()));
        }
    }

    public Verdict verdict() throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>();
        note(broken, "in all", this::awaitTotals);
        note(broken, "in all", () -> {
            compareIdentities(broken);
            compareTables(broken);
            return true;
        });
        TruthCheck check = new TruthCheck(api, PER_MATCH);
        for (String match : accepted.matchIds()) {
            note(broken, match, () -> {
                check.check(accepted.truth(match));
                return true;
            });
        }
        long received = received();
        long duplicates = duplicates();
        if (received != accepted.total() + duplicates + invalid) {
            broken.add("Kafka has %d records, but %d were accepted, %d counted as duplicates and %d invalid".formatted(
                    received, accepted.total(), duplicates, invalid));
        }
        return new Verdict(List.copyOf(broken), received, duplicates);
    }

    private static void note(List<String> broken, String where, Callable<Boolean> check) throws InterruptedException {
        try {
            check.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            broken.add(where + ": " + e.getMessage());
        }
    }

    private boolean awaitTotals() {
        Await.until(settle, accepted.total() + " events are counted",
                () -> sum("totalEvents"), counted -> counted >= accepted.total());
        Await.until(settle, accepted.total() + " events are stored",
                () -> number("SELECT count() FROM fanfinity.match_events"),
                stored -> stored >= accepted.total());
        Await.until(settle, invalid + " dead letters are stored",
                () -> number("SELECT count() FROM fanfinity.dead_letters"), stored -> stored >= invalid);
        return true;
    }

    private void compareIdentities(List<String> broken) throws IOException, InterruptedException {
        Map<Identity, Integer> stored = new HashMap<>();
        for (String row : api.rows("SELECT match_id, event_id FROM fanfinity.match_events")) {
            List<String> columns = List.of(row.split("\t", 2));
            stored.merge(new Identity(columns.getFirst(), UUID.fromString(columns.getLast())), 1, Integer::sum);
        }
        Set<Identity> lost = accepted.identities();
        Set<Identity> foreign = new HashSet<>(stored.keySet());
        foreign.removeAll(lost);
        lost.removeAll(stored.keySet());
        List<Identity> doubled = stored.entrySet().stream().filter(event -> event.getValue() > 1).map(Map.Entry::getKey)
                .toList();
        name(broken, "accepted but not stored", lost);
        name(broken, "stored but not accepted", foreign);
        name(broken, "stored more than once", doubled);
    }

    private static void name(List<String> broken, String what, Collection<Identity> events) {
        if (!events.isEmpty()) {
            broken.add(events.size() + " events " + what + ", such as "
                    + events.stream().limit(NAMED).map(event -> event.matchId() + " " + event.eventId())
                            .collect(Collectors.joining(", ")));
        }
    }

    private void compareTables(List<String> broken) throws IOException, InterruptedException {
        expect(broken, "rows of match_events", accepted.total(), number("SELECT count() FROM fanfinity.match_events"));
        expect(broken, "dead letters", invalid, number("SELECT count() FROM fanfinity.dead_letters"));
        for (String table : List.of("match_minutes", "match_stats")) {
            Set<String> matches = new TreeSet<>(api.rows("SELECT DISTINCT match_id FROM fanfinity." + table));
            if (!matches.equals(accepted.matchIds())) {
                broken.add("matches of " + table + ": " + matches + " instead of " + accepted.matchIds());
            }
        }
    }

    private static void expect(List<String> broken, String what, long expected, long found) {
        if (found != expected) {
            broken.add(what + ": " + found + " instead of " + expected);
        }
    }

    private long number(String sql) throws IOException, InterruptedException {
        return Long.parseLong(api.rows(sql).getFirst());
    }

    private long duplicates() throws IOException, InterruptedException {
        return sum("duplicates");
    }

    /// @throws IOException if a match is not readable now
    private long sum(String member) throws IOException, InterruptedException {
        long sum = 0;
        for (String match : accepted.matchIds()) {
            ApiClient.Answer answer = api.get("/api/matches/" + match + "/metrics");
            if (answer.status() != 200) {
                throw new IOException(match + " cannot be read: " + answer.status());
            }
            sum += answer.json().required(member).asLong();
        }
        return sum;
    }

    /// The producer of `match-events` uses no transactions, so each offset is a record.
    private long received() throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            TopicDescription topic = requireNonNull(
                    admin.describeTopics(Set.of(TOPIC)).allTopicNames().get().get(TOPIC));
            List<TopicPartition> partitions = topic.partitions().stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            return offsets(admin, partitions, OffsetSpec.latest()) - offsets(admin, partitions, OffsetSpec.earliest());
        } catch (ExecutionException e) {
            throw new AssertionError("cannot read the offsets from Kafka", e);
        }
    }

    private static long offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        var offsets = admin
                .listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> which))).all()
                .get();
        return offsets.values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
    }
}
