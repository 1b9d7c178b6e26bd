package com.fanfinity.analytics.lab.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

class ScaledRulesTest {

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
    void rules_speedTen_dividesOnlyDurations() {
        assertEquals(RULE.replace("[5m]))[10m:1m]", "[30s]))[60s:6s]").replace("3d", "25920s").replace("> 120", "> 12")
                .replace("15s",
                        "1500ms"),
                new ScaledRules(10).rules(RULE));
    }

    @Test
    void rules_speedOne_areUnchanged() {
        assertEquals(RULE, new ScaledRules(1).rules(RULE));
    }

    @Test
    void alertmanager_config_hasTheShippedRoutesAndNoSecret() throws IOException {
        String text = new ScaledRules(10).alertmanager("http://here");
        JsonNode config = new YAMLMapper().readTree(text);

        assertEquals("http://here/on-call", config.at("/receivers/0/webhook_configs/0/url").asText());
        assertEquals("12s", config.at("/route/group_interval").asText());
        assertEquals("severity=\"critical\"", config.at("/route/routes/0/matchers/0").asText());
        assertFalse(config.path("inhibit_rules").isEmpty());
        assertFalse(text.contains("_file"));
    }
}
