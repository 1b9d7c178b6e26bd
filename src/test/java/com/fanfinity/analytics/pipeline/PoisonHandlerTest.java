package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;

class PoisonHandlerTest {

    private static final EventJson EVENT = EventJson.of("m", "reaction", 1);

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void handleError_recordMakesAStepThrow_becomesADeadLetterAndProcessingContinues() {
        // Given
        driver.clock.failOnce();

        // When
        driver.send(EVENT.matchId().getBytes(UTF_8), EVENT.bytes(), new RecordHeaders().add("trace", new byte[]{1}));
        driver.send(EventJson.of("m", "reaction", 2));

        // Then
        List<TestRecord<byte[], byte[]>> dead = driver.dead();
        assertEquals(1, dead.size());
        assertArrayEquals(EVENT.bytes(), dead.getFirst().value());
        assertArrayEquals(EVENT.matchId().getBytes(UTF_8), dead.getFirst().key());
        assertEquals("processing_failed", PipelineDriver.text(dead.getFirst().headers().lastHeader("reason").value()));
        assertEquals("match-events", PipelineDriver.text(dead.getFirst().headers().lastHeader("source-topic").value()));
        assertEquals("0", PipelineDriver.text(dead.getFirst().headers().lastHeader("source-offset").value()));
        assertArrayEquals(new byte[]{1}, dead.getFirst().headers().lastHeader("trace").value());
        assertEquals(1, driver.stats("m").totalEvents());
    }

    /// The dedupe knows the event, but the match does not. A match without events must not be published.
    @Test
    void handleError_onlyEventOfAMatchIsSentAgain_doesNotStopThePartition() {
        driver.clock.failOnce();
        driver.send(EVENT);

        driver.send(EVENT);
        driver.publish();

        assertEquals(List.of(), driver.publishedStats());
        driver.send(EventJson.of("m", "reaction", 2));
        assertEquals(1, driver.stats("m").totalEvents());
    }

    @Test
    void handleError_stateOfAnotherVersion_failsTheThreadWithoutADeadLetter() {
        driver.store(StoreNames.STATS).put(StoreKeys.match("m"), new byte[]{99});

        StreamsException failure = assertThrows(StreamsException.class, () -> driver.send(EVENT));

        assertTrue(String.valueOf(failure.getCause()).contains("version 99"), () -> String.valueOf(failure.getCause()));
        assertEquals(List.of(), driver.dead());
    }

    @Test
    void handleError_stateWithATypeOfANewerVersion_failsTheThreadWithoutADeadLetter() {
        byte[] oneEventOfType63 = {1, 2, 126, 2, 0};
        driver.store(StoreNames.MINUTES).put(
                StoreKeys.numbered("m", MinuteStats.minuteOf(PipelineDriver.START.toEpochMilli())),
                oneEventOfType63);

        assertThrows(StreamsException.class, () -> driver.send(EVENT));

        assertEquals(List.of(), driver.dead());
    }
}
