package com.fanfinity.analytics.lab.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

class ShortenedTest {

    private static final String RULE = """
                - alert: Some
                  expr: |
                    min_over_time(sum(rate(some_total{status=~"5.."}[5m]))[10m:1m]) > 30
                      unless some_total offset 3d
                      and topic:sink_lag_seconds:max > 120
                  for: 15s
                  annotations:
                    summary: 'in [5m] since 10 m'
            """.indent(2);

    @Test
    void rules_byTen_dividesTimesAndNothingElse() {
        assertEquals(RULE.replace("[5m]))[10m:1m]", "[30s]))[60s:6s]").replace("3d", "25920s").replace("> 120", "> 12").replace("15s",
                "1500ms"), new Shortened(10).rules(RULE));
    }

    @Test
    void rules_byOne_areAsShipped() {
        assertEquals(RULE, new Shortened(1).rules(RULE));
    }

    @Test
    void alertmanager_hasTheShippedRoutesAndAsksForNoSecret() throws IOException {
        String text = new Shortened(10).alertmanager("http://here");
        JsonNode config = new YAMLMapper().readTree(text);

        assertEquals("http://here/on-call", config.at("/receivers/0/webhook_configs/0/url").asText());
        assertEquals("12s", config.at("/route/group_interval").asText());
        assertEquals("severity=\"critical\"", config.at("/route/routes/0/matchers/0").asText());
        assertFalse(config.path("inhibit_rules").isEmpty());
        assertFalse(text.contains("_file"));
    }
}
