package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fanfinity.analytics.lab.chaos.ChaosClient;
import com.fanfinity.analytics.lab.chaos.ChaosFeed;
import com.fanfinity.analytics.lab.chaos.ChaosLoad;
import com.fanfinity.analytics.lab.chaos.Sent;
import com.fanfinity.analytics.lab.chaos.Targets;
import com.fanfinity.analytics.lab.verify.AcceptedModel;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// Sends events of all types to all instances, singly and in batches, each until its 202. Reads matches from the
/// serving instances and checks the answers.
final class UpgradeLoad implements AutoCloseable, Sent {

    private static final int MATCHES = 20;
    private static final int READS_PER_SECOND = 100;
    private static final int RECEIPTS_PER_SECOND = 20;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /// The maximum age of answers while the instances keep up.
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final AcceptedModel accepted = new AcceptedModel();
    private final Map<String, MatchModel> models;
    private final ChaosClient client;
    private final ChaosLoad load;
    private final JudgedReads reads;
    private final JudgedReceipts receipts;
    private final Thread sender;

    /// @param rate approximate events a second
    UpgradeLoad(Stack stack, Fleet fleet, Random random, int rate) {
        this.fleet = fleet;
        ChaosFeed feed = new ChaosFeed(random, "upgrade", MATCHES);
        this.models = feed.matchIds().stream().map(MatchModel::new)
                .collect(Collectors.toMap(MatchModel::matchId, Function.identity()));
        this.reads = new JudgedReads(fleet, List.copyOf(models.values()), READS_PER_SECOND);
        this.receipts = new JudgedReceipts(fleet, RECEIPTS_PER_SECOND);
        this.client = new ChaosClient(new Targets(stack.serviceUrls()), accepted, this);
        this.load = new ChaosLoad(feed, client, random, rate, ChaosLoad.NO_BURSTS);
        this.sender = Thread.ofPlatform().name("sender").unstarted(this::send);
    }

    /// Returns when every instance answers for every match and keeps up with the load.
    void start() {
        sender.start();
        for (int number = 0; number < fleet.size(); number++) {
            ApiClient instance = fleet.client(number);
            for (MatchModel match : models.values()) {
                Await.until(LIMIT, "fresh answers for " + match.matchId(),
                        () -> isFresh(instance.get(JudgedReads.path(match))));
            }
        }
        reads.start();
        receipts.start();
    }

    private static boolean isFresh(ApiClient.Answer answer) throws IOException {
        return answer.status() == 200 && !answer.json().required("stale").asBoolean()
                && Instant.parse(answer.json().required("asOf").asText()).isAfter(Instant.now().minus(FRESH));
    }

    private void send() {
        try {
            load.run(Duration.ofHours(1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void sending(List<EventJson> events) {
        for (EventJson event : events) {
            model(event).sending();
            receipts.sending(event);
        }
    }

    @Override
    public void accepted(List<EventJson> first, long begun) {
        for (EventJson event : first) {
            model(event).acknowledged(JudgedReads.micros(Instant.now()));
            receipts.acknowledged(event);
        }
    }

    private MatchModel model(EventJson event) {
        MatchModel model = models.get(event.matchId());
        if (model == null) {
            throw new IllegalStateException("not a match of the feed: " + event.matchId());
        }
        return model;
    }

    /// Waits for this number of further reads.
    void during(long more) {
        long from = reads.reads();
        Await.until(LIMIT, more + " reads", () -> reads.reads() - from >= more);
    }

    JudgedReads reads() {
        return reads;
    }

    JudgedReceipts receipts() {
        return receipts;
    }

    AcceptedModel accepted() {
        return accepted;
    }

    /// Ends the load and waits until every event has its 202.
    ///
    /// @return the wrong answers
    List<String> finish() throws InterruptedException {
        load.stop();
        sender.join();
        Await.until(LIMIT, "every event has its 202", () -> client.pending() == 0);
        reads.close();
        receipts.close();
        List<String> faults = new ArrayList<>(reads.faults());
        faults.addAll(receipts.faults());
        client.refused().stream().limit(5).forEach(refused -> faults.add("rejected: " + refused));
        return faults;
    }

    /// The number of repeated requests by outcome.
    Map<String, Long> sentAgain() {
        return client.unanswered();
    }

    @Override
    public void close() {
        load.stop();
        client.close();
        reads.close();
        receipts.close();
    }
}
