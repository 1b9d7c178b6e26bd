package com.fanfinity.analytics.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.stack.Stack;

/// A relay between each service and ClickHouse.
final class ClickHouseRelays implements Stack.ClickHouseRoute, AutoCloseable {

    private final List<ClickHouseRelay> relays = new ArrayList<>();
    private final PlannedFaults planned = new PlannedFaults();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Map<RelayFaultKind, AtomicInteger> faults = new ConcurrentSkipListMap<>();
    private volatile ClickHouseRelay.Listener listener = (_, _, _) -> {};
    private volatile ClickHouseRelay.Journal journal = _ -> {};

    @Override
    public String url(int service, String clickHouse) throws IOException {
        ClickHouseRelay relay = new ClickHouseRelay("service-" + service, clickHouse, planned, this::hold,
                this::befell, insert -> journal.note(insert));
        relays.add(relay);
        return relay.url();
    }

    /// Sets the listener of all faults, which relays call before they hold, delay or cut any bytes.
    ///
    /// @param newJournal of the INSERTs of all services
    void listen(ClickHouseRelay.Listener newListener, ClickHouseRelay.Journal newJournal) {
        listener = newListener;
        journal = newJournal;
    }

    private void hold(Duration time) throws InterruptedException {
        boolean _ = released.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void befell(RelayFault fault, String service, String request) {
        faults.computeIfAbsent(fault.kind(), _ -> new AtomicInteger()).incrementAndGet();
        listener.befell(fault, service, request);
    }

    /// Plans a fault for the next request of its target.
    void plan(RelayFault fault) {
        planned.add(fault);
    }

    /// Drops the faults that have not found a request.
    void drop() {
        planned.clear();
    }

    /// Holds no bytes any longer.
    void release() {
        released.countDown();
    }

    /// The number of requests that the relays still have to deliver.
    int undelivered() {
        return relays.stream().mapToInt(ClickHouseRelay::undelivered).sum();
    }

    /// The number of faults of this kind that have found a request.
    int faults(RelayFaultKind kind) {
        AtomicInteger count = faults.get(kind);
        return count == null ? 0 : count.get();
    }

    /// The number of faults that have found a request.
    int faults() {
        return faults.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    String summary() {
        return "faults of the network: " + faults;
    }

    @Override
    public void close() throws IOException {
        for (ClickHouseRelay relay : relays) {
            relay.close();
        }
    }
}
