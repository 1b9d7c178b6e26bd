package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class MetricsPageTest {

    @Test
    void text_withinASecond_isRenderedOnce() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
        AtomicInteger renderings = new AtomicInteger();
        MetricsPage page = new MetricsPage(() -> "n " + renderings.incrementAndGet(), now::get);

        assertEquals("n 1", page.text());
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        assertEquals("n 1", page.text());
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertEquals("n 2", page.text());
    }
}
