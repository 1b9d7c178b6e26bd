package com.fanfinity.analytics.security;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.metrics.SecurityMeters;
import com.fanfinity.analytics.metrics.SecurityMeters.Limit;

/// The rates of this instance: of each address without a key, and of each key. Each instance counts on its own, so with
/// n instances behind a load balancer a client can have n times the rate.
///
/// Memory is bounded: beyond 100,000 addresses or 20,000 keys the ones seen least are forgotten. A forgotten one starts
/// with full buckets.
public final class RateLimits {

    static final int MAX_ADDRESSES = 100_000;
    static final int MAX_CALLERS = 20_000;

    /// Invalid keys of one address: 10 at once, and 10 a minute.
    static final Rate FAILURES = new Rate(10 / 60.0, 10);

    /// Signatures in a second for all suspect addresses together. With ES256 they take a fifth of one processor.
    static final Rate SIGNATURES = new Rate(500, 500);

    private static final int BUCKETS = Limit.values().length;

    private final Rates rates;
    private final LongSupplier nanoTime;
    private final long started;
    private final SecurityMeters meters;
    private final Cache<ClientAddress, AtomicLongArray> addresses = cache(MAX_ADDRESSES);
    private final Cache<String, AtomicLongArray> callers = cache(MAX_CALLERS);
    private final AtomicLongArray suspects = new AtomicLongArray(BUCKETS);

    /// @param nanoTime as `System.nanoTime()`
    RateLimits(Rates rates, LongSupplier nanoTime, SecurityMeters meters) {
        this.rates = rates;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.meters = meters;
    }

    /// Evicts on the thread of the request, so that the bound holds at any rate of new addresses.
    private static <K> Cache<K, AtomicLongArray> cache(int maximum) {
        return Caffeine.newBuilder().maximumSize(maximum).executor(Runnable::run).build();
    }

    /// Charges one request to an address.
    Optional<RateRefusal> request(ClientAddress address) {
        return rates.on() ? charge(ofAddress(address), Limit.REQUESTS, rates.requests(), 1) : Optional.empty();
    }

    /// Charges the check of a signature to an address, as a request. An address with as many invalid keys as it may
    /// have is suspect: all of these share one further bound, so that many addresses together cannot take the
    /// processor, nor the checks of other clients. It holds even if rates are off.
    Optional<RateRefusal> signature(ClientAddress address) {
        return request(address).or(() -> isSuspect(address)
                ? charge(suspects, Limit.SIGNATURES, SIGNATURES, 1)
                : Optional.empty());
    }

    private boolean isSuspect(ClientAddress address) {
        return Gcra.remaining(ofAddress(address), slot(Limit.FAILURES), FAILURES, nanoTime.getAsLong() - started) == 0;
    }

    /// Charges an invalid key to an address. This bound holds even if rates are off.
    Optional<RateRefusal> failure(ClientAddress address) {
        return charge(ofAddress(address), Limit.FAILURES, FAILURES, 1);
    }

    Optional<RateRefusal> reads(Caller caller, ClientAddress address, int weight) {
        return charge(caller, address, Limit.READS, caller.rates().reads().orElse(rates.reads()), weight);
    }

    Optional<RateRefusal> bytes(Caller caller, ClientAddress address, long bytes) {
        return charge(caller, address, Limit.BYTES, caller.rates().bytes().orElse(rates.bytes()), bytes);
    }

    Optional<RateRefusal> events(Caller caller, ClientAddress address, int events) {
        return charge(caller, address, Limit.EVENTS, caller.rates().events().orElse(rates.events()), events);
    }

    /// A request without a key counts for its address.
    private Optional<RateRefusal> charge(Caller caller, ClientAddress address, Limit limit, Rate rate, long cost) {
        if (!rates.on() || cost == 0) {
            return Optional.empty();
        }
        AtomicLongArray buckets = caller.hasKey()
                ? callers.get(caller.id(), _ -> new AtomicLongArray(BUCKETS))
                : ofAddress(address);
        return charge(buckets, limit, rate, cost);
    }

    private Optional<RateRefusal> charge(AtomicLongArray buckets, Limit limit, Rate rate, long cost) {
        long now = nanoTime.getAsLong() - started;
        long wait = Gcra.charge(buckets, slot(limit), rate, Math.min(cost, rate.burst()), now);
        if (wait == Gcra.ADMITTED) {
            return Optional.empty();
        }
        meters.limited(limit);
        return Optional.of(new RateRefusal(limit, rate, Gcra.remaining(buckets, slot(limit), rate, now), wait));
    }

    private AtomicLongArray ofAddress(ClientAddress address) {
        return addresses.get(address, _ -> new AtomicLongArray(BUCKETS));
    }

    /// The number of addresses in memory.
    long addresses() {
        addresses.cleanUp();
        return addresses.estimatedSize();
    }

    @SuppressWarnings("EnumOrdinal") // each limit has one slot of the array
    private static int slot(Limit limit) {
        return limit.ordinal();
    }
}
