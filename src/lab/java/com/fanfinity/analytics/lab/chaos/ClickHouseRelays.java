package com.fanfinity.analytics.lab.chaos;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.stack.Stack;

/// A relay between each service and ClickHouse.
final class ClickHouseRelays implements Stack.ClickHouseRoute, AutoCloseable {

    private final SortedMap<String, ClickHouseRelay> relays = new TreeMap<>();
    private final Map<RelayFaultKind, AtomicInteger> faults = new ConcurrentSkipListMap<>();
    private volatile ClickHouseRelay.Listener listener = (_, _) -> {};
    private volatile ClickHouseRelay.Journal journal = _ -> {};

    @Override
    public String url(int service, String clickHouse) throws IOException {
        String name = "service-" + service;
        ClickHouseRelay relay = new ClickHouseRelay(clickHouse, Thread::sleep, this::befell,
                insert -> journal.note(name + ' ' + insert));
        relays.put(name, relay);
        return relay.url();
    }

    /// Sets the listener of all faults, which relays call before they hold, delay or cut any bytes.
    ///
    /// @param newJournal of the INSERTs of all services
    void listen(ClickHouseRelay.Listener newListener, ClickHouseRelay.Journal newJournal) {
        listener = newListener;
        journal = newJournal;
    }

    private void befell(RelayFault fault, String request) {
        faults.computeIfAbsent(fault.kind(), _ -> new AtomicInteger()).incrementAndGet();
        listener.befell(fault, request);
    }

    void plan(RelayFault fault) {
        requireNonNull(relays.get(fault.service()), fault.service()).plan(fault);
    }

    /// Drops the faults that have not found a request.
    void drop() {
        relays.values().forEach(ClickHouseRelay::drop);
    }

    /// The number of requests that the relays still have to deliver.
    int undelivered() {
        return relays.values().stream().mapToInt(ClickHouseRelay::undelivered).sum();
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
        for (ClickHouseRelay relay : relays.values()) {
            relay.close();
        }
    }
}
