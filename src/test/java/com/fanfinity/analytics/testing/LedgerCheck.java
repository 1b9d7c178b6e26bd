package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/// What the services' own ledgers say, all instances together: that it is what was accepted, and that it adds up.
public final class LedgerCheck {

    private final List<String> services;
    private final String clickHouse;
    private final Duration limit;

    /// @param limit how long the last events may take to be stored and compared
    public LedgerCheck(List<String> services, String clickHouse, Duration limit) {
        this.services = List.copyOf(services);
        this.clickHouse = clickHouse;
        this.limit = limit;
    }

    private record Sum(long partitions, long accepted, long counted, long stored, long inFlight, List<String> statuses) {}

    /// @param accepted events that had a 202
    /// @return what is wrong, in sentences; empty if nothing is
    public List<String> broken(long accepted) throws IOException, InterruptedException {
        try {
            Await.until(limit, "the ledgers of all instances hold " + accepted + " events, all counted and stored",
                    () -> holds(sum(), accepted));
            return List.of();
        } catch (AssertionError e) {
            return List.of(e.getMessage() + "; the ledgers: " + sum());
        }
    }

    private static boolean holds(Sum sum, long accepted) {
        return sum.accepted() == accepted && sum.counted() == accepted && sum.stored() == accepted && sum.inFlight() == 0
                && sum.statuses().stream().allMatch("balanced"::equals);
    }

    private Sum sum() throws IOException, InterruptedException {
        Sum sum = new Sum(0, 0, 0, 0, 0, List.of());
        for (String service : services) {
            try (ApiClient api = new ApiClient(service, clickHouse)) {
                JsonNode ledger = api.get("/api/ledger").json();
                JsonNode totals = ledger.required("totals");
                List<String> statuses = new ArrayList<>(sum.statuses());
                statuses.add(ledger.required("status").asText());
                sum = new Sum(sum.partitions() + ledger.required("partitions").size(),
                        sum.accepted() + totals.required("accepted").asLong(),
                        sum.counted() + totals.required("counted").asLong(), sum.stored() + totals.required("stored").asLong(),
                        sum.inFlight() + totals.required("inFlight").asLong(), statuses);
            }
        }
        return sum;
    }
}
