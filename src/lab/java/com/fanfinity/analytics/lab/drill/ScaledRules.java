package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// The rules and routes of `ops/` with every duration divided by one number: ranges, offsets, steps and `for` of rules,
/// waits of routes, and the row age that counts as lag. Expressions, labels, routes and inhibitions stay the same.
///
/// @param speed the divisor; 1 changes nothing
record ScaledRules(int speed) {

    private static final Path OPS = ProjectDir.find().resolve("ops");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern IN_EXPRESSION = Pattern.compile("(?<=\\[|:|offset )(\\d+)([smhd])(?=[]:)\\s])");
    private static final Pattern IN_RULE = Pattern.compile("(?m)(?<=^ {8}(?:for|keep_firing_for): )(\\d+)([smhd])$");
    private static final Pattern IN_ROUTE = Pattern
            .compile("(?<=(?:group_wait|group_interval|repeat_interval|resolve_timeout): )(\\d+)([smhd])");
    private static final Pattern AGE = Pattern.compile("(?<=sink_lag_seconds(?::max|\\)) > )(\\d+)(?=\\s)");
    private static final Map<String, Duration> UNITS = Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1),
            "d", Duration.ofDays(1));

    /// Writes the rules into `directory`/rules.
    void writeRules(Path directory) throws IOException {
        Path rules = Files.createDirectories(directory.resolve("rules"));
        try (Stream<Path> shipped = Files.list(OPS.resolve("prometheus/rules"))) {
            for (Path file : shipped.filter(it -> it.toString().endsWith(".yml")).toList()) {
                Files.writeString(rules.resolve(file.getFileName()), rules(Files.readString(file)));
            }
        }
    }

    /// Annotations keep the original durations, because people read them.
    String rules(String text) {
        StringBuilder scaled = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            scaled.append(
                    line.matches("(?s) +(summary|description|runbook_url):.*") ? line : divide(IN_EXPRESSION, line));
        }
        String inRules = divide(IN_RULE, scaled.toString());
        return AGE.matcher(inRules).replaceAll(age -> Long.toString(Math.max(1, Long.parseLong(age.group(1)) / speed)));
    }

    /// The shipped configuration, with the addresses of this drill, and with scrapes and evaluations every second.
    String prometheus(String own, String alertmanager) throws IOException {
        return Files.readString(OPS.resolve("prometheus/prometheus.yml")).replace("127.0.0.1:9090", own)
                .replace("127.0.0.1:9093", alertmanager)
                .replaceAll("(?m)^( +(?:scrape|evaluation)_interval:).*$", "$1 1s")
                .replaceAll("(?m)^( +scrape_timeout:).*$", "$1 1s");
    }

    /// The shipped routes and inhibitions. Each receiver is a webhook at `url`/name without a secret.
    String alertmanager(String url) throws IOException {
        String text = divide(IN_ROUTE, Files.readString(OPS.resolve("alertmanager/alertmanager.yml")));
        ObjectNode config = (ObjectNode) YAML.readTree(text);
        ((ObjectNode) config.path("global")).retain(List.of("resolve_timeout"));
        config.remove("templates");
        for (JsonNode receiver : config.path("receivers")) {
            ((ObjectNode) receiver).retain(List.of("name"));
            ((ObjectNode) receiver).putArray("webhook_configs").addObject()
                    .put("url", url + '/' + receiver.path("name").asText())
                    .put("send_resolved", true);
        }
        return YAML.writeValueAsString(config);
    }

    private String divide(Pattern pattern, String text) {
        return pattern.matcher(text)
                .replaceAll(it -> Matcher.quoteReplacement(divided(Long.parseLong(it.group(1)), it.group(2))));
    }

    private String divided(long number, String unit) {
        if (speed == 1) {
            return number + unit;
        }
        long millis = Duration.parse("PT0S").plus(UNITS.getOrDefault(unit, Duration.ZERO)).multipliedBy(number)
                .toMillis() / speed;
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
