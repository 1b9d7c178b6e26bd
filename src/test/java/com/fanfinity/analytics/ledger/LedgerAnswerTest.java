package com.fanfinity.analytics.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.ledger.LedgerAnswer.LedgerCounts;
import com.fanfinity.analytics.ledger.LedgerAnswer.PartitionLine;
import com.fanfinity.analytics.ledger.Reconciliation.Discrepancy;

class LedgerAnswerTest {

    /// The size depends on the number of partitions only, which no client decides.
    @Test
    void answer_aThousandPartitionsWithEveryDiscrepancy_isAtMost4MiB() {
        long most = Long.MAX_VALUE;
        LedgerCounts counts = new LedgerCounts(most, most, most, most, most, most, most, most, most);
        List<PartitionLine> lines = IntStream.range(0, 1_000).mapToObj(i -> new PartitionLine(i, counts)).toList();
        List<Discrepancy> discrepancies = IntStream.range(0, 5_000)
                .mapToObj(i -> new Discrepancy(i / 5, "x".repeat(200))).toList();

        byte[] answer = Json.toBytes(
                new LedgerAnswer("discrepant", true, Instant.EPOCH, discrepancies, counts, lines));

        assertTrue(answer.length <= 4 << 20, answer.length + " bytes");
    }
}
