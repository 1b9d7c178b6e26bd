package com.fanfinity.analytics.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.http.ClientAddress;

@Timeout(30)
class AddressSharesTest {

    private static final ClientAddress ONE = new ClientAddress(1);
    private static final ClientAddress OTHER = new ClientAddress(2);
    private static final int MOST = 3;

    private final AddressShares shares = new AddressShares(MOST);

    @Test
    void place_beyondTheShare_isRefusedAndThatOfOthersIsNot() {
        for (int i = 0; i < MOST; i++) {
            assertTrue(shares.tryAcquireNow(ONE));
        }

        assertFalse(shares.tryAcquireNow(ONE));
        assertTrue(shares.tryAcquireNow(OTHER));
        shares.release(ONE, 1);
        assertTrue(shares.tryAcquireNow(ONE));
    }

    @Test
    void address_withoutAPlace_isForgotten() throws InterruptedException {
        for (int i = 0; i < MOST; i++) {
            assertTrue(shares.tryAcquire(ONE, 1, Duration.ZERO));
        }
        assertFalse(shares.tryAcquire(ONE, 1, Duration.ofMillis(1)));
        assertEquals(1, shares.addresses());
        for (int i = 0; i < MOST; i++) {
            shares.release(ONE, 1);
        }

        assertEquals(0, shares.addresses());
    }

    @Test
    void place_manyRequestsAtOnce_neverExceedsTheShareAndIsNeverLost() throws Exception {
        AtomicInteger used = new AtomicInteger();
        List<Future<Boolean>> requests = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2_000; i++) {
                requests.add(clients.submit(() -> {
                    if (!shares.tryAcquire(ONE, 1, Duration.ofSeconds(20))) {
                        return false;
                    }
                    boolean within = used.incrementAndGet() <= MOST;
                    LockSupport.parkNanos(1); // others run meanwhile
                    used.decrementAndGet();
                    shares.release(ONE, 1);
                    return within;
                }));
            }
            for (Future<Boolean> request : requests) {
                assertTrue(request.get());
            }
        }

        assertEquals(0, shares.addresses());
    }
}
