package com.fanfinity.analytics.lab.verify;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// Checks that the ledgers of all instances together equal the accepted events and balance.
public final class LedgerCheck {

    private final List<String> services;
    private final String clickHouse;
    private final Duration limit;

    /// @param limit the time limit for storing and comparing the last events
    public LedgerCheck(List<String> services, String clickHouse, Duration limit) {
        this.services = List.copyOf(services);
        this.clickHouse = clickHouse;
        this.limit = limit;
    }

    private record Sum(long accepted, long counted, long stored, long inFlight, Set<String> statuses) {
        boolean isAll(long events) {
            return equals(new Sum(events, events, events, 0, Set.of("balanced")));
        }
    }

    /// @param accepted the number of events with a 202
    /// @return a sentence for each fault
    public List<String> broken(long accepted) throws IOException, InterruptedException {
        List<ApiClient> clients = services.stream().map(service -> new ApiClient(service, clickHouse)).toList();
        try {
            Await.until(limit, "the ledgers of all instances hold " + accepted + " events, all counted and stored",
                    () -> sum(clients), sum -> sum.isAll(accepted));
            return List.of();
        } catch (AssertionError e) {
            return List.of(String.valueOf(e.getMessage()));
        } finally {
            clients.forEach(ApiClient::close);
        }
    }

    private static Sum sum(List<ApiClient> clients) throws IOException, InterruptedException {
        Sum sum = new Sum(0, 0, 0, 0, Set.of());
        for (ApiClient api : clients) {
            JsonNode ledger = api.get("/api/ledger").json();
            JsonNode totals = ledger.required("totals");
            Set<String> statuses = new TreeSet<>(sum.statuses());
            statuses.add(ledger.required("status").asText());
            sum = new Sum(sum.accepted() + totals.required("accepted").asLong(),
                    sum.counted() + totals.required("counted").asLong(),
                    sum.stored() + totals.required("stored").asLong(),
                    sum.inFlight() + totals.required("inFlight").asLong(), statuses);
        }
        return sum;
    }
}
