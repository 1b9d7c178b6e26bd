package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.testing.Heap;

/// Records of other producers that attack the topology.
class HostileRecordsTest {

    @Test
    void process_recordsWithNewLongNames_areDeadLettersAndLeaveNothingInTheHeap() {
        try (PipelineDriver driver = new PipelineDriver()) {
            Heap.assertKeeps(32 << 20, () -> {
                for (int i = 0; i < 1_500; i++) {
                    driver.send("m", "{\"" + i + "n".repeat(60_000) + "\":1}");
                    assertEquals(1, driver.dead().size());
                }
            });

            assertEquals(1_500, driver.counted(DeadReason.INVALID));
        }
    }

    @Test
    void process_longNameInTheMetadata_isADeadLetterThatNamesIt() {
        try (PipelineDriver driver = new PipelineDriver()) {
            driver.send(EventJson.of("m", "pass", 1).team("a").metadata("{\"" + "n".repeat(257) + "\":1}"));

            String detail = PipelineDriver.text(driver.dead().getFirst().headers().lastHeader("detail").value());

            assertEquals("metadata." + "n".repeat(64) + "…: the name has more than 256 bytes", detail);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0007", "\\u202e", "\\ufdd0"})
    void process_hiddenCharacterInAnId_isADeadLetter(String escape) {
        try (PipelineDriver driver = new PipelineDriver()) {
            driver.send(EventJson.of("m", "pass", 1).team("a" + escape));

            assertEquals(1, driver.counted(DeadReason.INVALID));
            assertEquals(List.of(), driver.accepted());
        }
    }
}
