package com.fanfinity.analytics.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Every version stores the records of all earlier versions. The golden files are `published-TOPIC.json`, and
/// `published-TOPIC-N.json` of earlier versions.
class PublishedFormsTest {

    private static final Path GOLDEN = ProjectDir.find().resolve("src/test/resources/golden");

    private static List<Path> files(String topic) throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.filter(file -> file.getFileName().toString().matches("published-" + topic + "(-\\d+)?\\.json"))
                    .toList();
        }
    }

    @Test
    void row_recordOfAnyVersion_isInTheTableOfItsTopic() throws IOException {
        TopicMapping mapping = new TopicMapping(new Topics(""), new Meters(new SimpleMeterRegistry()).deadLetters());
        for (String topic : List.of("match-events-accepted", "match-minutes", "match-stats")) {
            assertNotEquals(List.of(), files(topic));
            for (Path file : files(topic)) {
                byte[] value = Files.readString(file).strip().getBytes(UTF_8);

                Row row = mapping.row(new ConsumerRecord<>(topic, 3, 42, "m".getBytes(UTF_8), value)).orElseThrow();

                assertEquals(mapping.tableOf(topic), row.table(), file.toString());
            }
        }
    }
}
