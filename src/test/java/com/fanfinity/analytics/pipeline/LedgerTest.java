package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;

/// The ledger counts every record once, by its outcome.
class LedgerTest {

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void ledger_recordsOfEveryKind_balances() {
        driver.send(EventJson.of("a", "reaction", 1), EventJson.of("b", "reaction", 1),
                EventJson.of("a", "reaction", 1));
        driver.send("a", "no JSON");
        driver.send("another-key", EventJson.of("a", "reaction", 2).json());
        driver.send(null, null, new RecordHeaders());
        driver.send(EventJson.of("a", "reaction", 3));

        assertEquals(new LedgerEntry(7, 3, 1, 3, 7), driver.ledger());
    }

    @Test
    void acceptedEvents_ofSeveralMatches_areNumberedWithoutGaps() {
        driver.send(EventJson.of("a", "reaction", 1), EventJson.of("b", "reaction", 1),
                EventJson.of("a", "reaction", 1),
                EventJson.of("b", "reaction", 2));

        List<String> numbers = driver.accepted().stream().map(LedgerTest::number).toList();

        assertEquals(List.of("1", "2", "3"), numbers);
    }

    /// The dedupe step had accepted it and the sink will store it; only the aggregate lacks it, which the reconciler
    /// reports.
    @Test
    void ledger_recordThatMakesTheAggregateThrow_isAcceptedAndNotLost() {
        driver.clock.failOnce();

        driver.send(EventJson.of("m", "reaction", 1));

        assertEquals(new LedgerEntry(1, 1, 0, 0, 1), driver.ledger());
        assertEquals(1, driver.accepted().size());
    }

    /// If an accepted record had no ledger entry, no count would include it.
    @Test
    void ledger_entryOfAnotherVersion_failsTheThread() {
        driver.store(StoreNames.LEDGER).put(StoreKeys.partition(0), new byte[]{99});

        assertThrows(StreamsException.class, () -> driver.send(EventJson.of("m", "reaction", 1)));

        assertEquals(List.of(), driver.dead());
    }

    /// During a roll, the previous release reads entries of this one.
    @Test
    void toBytes_withARange_isReadByThePreviousRelease() {
        byte[] stored = CompatibilityTest.LEDGER.toBytes();

        LedgerEntry read = StateInput.read(stored, 2,
                in -> new LedgerEntry(in.number(), in.number(), in.number(), in.number(), in.number()));

        assertEquals(new LedgerEntry(1_000, 900, 60, 40, 1_234), read);
    }

    @Test
    void ofBytes_rangeThatIsCutOff_isRejected() {
        byte[] whole = StoredFormsTest.golden("ledger-range-uncounted"); // the end of an entry of an earlier version
        int numbers = new LedgerEntry(1_000, 900, 60, 40, 1_234).toBytes().length;
        for (int length = numbers + 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThrows(ProcessorStateException.class, () -> LedgerEntry.ofBytes(cut), "cut to " + length + " bytes");
        }
    }

    private static String number(TestRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("accepted-number").value(), UTF_8);
    }
}
