package com.fanfinity.analytics.lab.verify;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// Repeats each event until its 202, as the contract requires of clients.
public final class PersistentSender {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ApiClient api;
    private final AtomicInteger repeated = new AtomicInteger();

    public PersistentSender(ApiClient api) {
        this.api = api;
    }

    /// The number of repeated requests.
    public int repeated() {
        return repeated.get();
    }

    public void one(String event) {
        Await.until(LIMIT, "202 for an event", () -> tried(() -> api.postEvent(event).status() == 202));
    }

    public void batch(List<String> events) {
        List<String> left = new ArrayList<>(events);
        Await.until(LIMIT, "202 for a batch", () -> tried(() -> {
            ApiClient.Answer answer = api.postBatch(left);
            if (answer.status() == 207) {
                keepUnavailable(left, answer.json());
            }
            return answer.status() == 202;
        }));
    }

    private static void keepUnavailable(List<String> left, JsonNode answer) {
        if (!answer.required("rejected").isEmpty()) {
            throw new AssertionError("rejected: " + answer);
        }
        List<String> unavailable = new ArrayList<>();
        answer.required("unavailable").forEach(index -> unavailable.add(left.get(index.asInt())));
        left.clear();
        left.addAll(unavailable);
    }

    private interface Request {
        boolean send() throws IOException, InterruptedException;
    }

    private boolean tried(Request request) throws InterruptedException {
        try {
            if (request.send()) {
                return true;
            }
        } catch (IOException _) {
            // without an answer the outcome is unknown, so the request is repeated
        }
        repeated.incrementAndGet();
        return false;
    }
}
