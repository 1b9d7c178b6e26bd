package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The answers to requests that were sent at the same time.
///
/// @param byStatus the number of answers by status; 0 stands for no answer
record Together(Map<Integer, Integer> byStatus) {

    interface Request {
        int send() throws IOException;
    }

    static Together run(int requests, Request request) {
        Map<Integer, Integer> byStatus = new ConcurrentSkipListMap<>();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < requests; i++) {
                executor.execute(() -> byStatus.merge(status(start, request), 1, Integer::sum));
            }
            start.countDown();
        }
        return new Together(byStatus);
    }

    private static int status(CountDownLatch start, Request request) {
        try {
            start.await();
            return request.send();
        } catch (IOException _) {
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
