package com.fanfinity.analytics.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapedMetricsTest {

    private static final ScrapedMetrics PAGE = new ScrapedMetrics("""
            # HELP heap_bytes used
            # TYPE heap_bytes gauge
            heap_bytes{area="heap",id="old"} 1.5E3
            heap_bytes{area="heap",id="new"} 500.0
            heap_bytes{area="nonheap",id="code"} 7.0
            heap_bytes_max 9.0
            zero_total 0.0
            gone{id="direct"} NaN
            """);

    @Test
    void series_ofTheLabels_areAdded() throws IOException {
        assertEquals(2_000, PAGE.sum("heap_bytes", "area=\"heap\""));
        assertEquals(2_007, PAGE.sum("heap_bytes"));
        assertEquals(9, PAGE.sum("heap_bytes_max"));
        assertEquals(0, PAGE.sum("zero_total"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "other", "gone", "HELP", ""})
    void metric_missingOrWithoutANumber_isAFailure(String metric) {
        assertThrows(IOException.class, () -> PAGE.sum(metric));
    }

    @Test
    void label_missing_isAFailure() {
        assertThrows(IOException.class, () -> PAGE.sum("heap_bytes", "area=\"stack\""));
        assertThrows(IOException.class, () -> new ScrapedMetrics("").sum("heap_bytes"));
    }

    @Test
    void heap_ofAnErrorPage_isAFailure() {
        assertThrows(IOException.class, () -> ProcessFigures.heapUsed("{\"status\": 401}"));
    }
}
