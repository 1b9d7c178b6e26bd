package com.fanfinity.analytics.limits;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.http.ClientAddress;

/// The share that each address has of something which all clients use. Without it, the requests of one address could
/// take all of it and be first in the queue for it too.
///
/// An address that uses nothing takes no memory.
public final class AddressShares {

    private static final class Share {
        private final Semaphore free;

        /// The requests that have a place or wait for one. Changed only while the map's entry is locked.
        private int requests;

        private Share(int most) {
            free = new Semaphore(most, true);
        }

        private Share joined() {
            requests++;
            return this;
        }

        /// @return null if nobody uses it any more
        private @Nullable Share left() {
            requests--;
            return requests == 0 ? null : this;
        }
    }

    private final int most;
    private final Map<ClientAddress, Share> shares = new ConcurrentHashMap<>();

    /// @param most the places of one address
    public AddressShares(int most) {
        this.most = most;
    }

    /// Takes places of the address, which {@link #release} returns. Waits for them for a limited time.
    ///
    /// @param places for one request; not more than the address has
    /// @return whether all of them were taken
    public boolean tryAcquire(ClientAddress address, int places, Duration wait) throws InterruptedException {
        Share share = join(address);
        boolean acquired = false;
        try {
            acquired = share.free.tryAcquire(places, wait.toNanos(), TimeUnit.NANOSECONDS);
            return acquired;
        } finally {
            if (!acquired) {
                leave(address);
            }
        }
    }

    /// Takes a place of the address if one is free. Never blocks.
    ///
    /// @return whether a place was taken
    public boolean tryAcquireNow(ClientAddress address) {
        Share share = join(address);
        boolean acquired = share.free.tryAcquire();
        if (!acquired) {
            leave(address);
        }
        return acquired;
    }

    /// Returns the places of one request of the address.
    public void release(ClientAddress address, int places) {
        shares.computeIfPresent(address, (_, share) -> {
            share.free.release(places);
            return share.left();
        });
    }

    private Share join(ClientAddress address) {
        return shares.compute(address, (_, known) -> (known == null ? new Share(most) : known).joined());
    }

    private void leave(ClientAddress address) {
        shares.computeIfPresent(address, (_, share) -> share.left());
    }

    /// The addresses that have a place or wait for one.
    int addresses() {
        return shares.size();
    }
}
