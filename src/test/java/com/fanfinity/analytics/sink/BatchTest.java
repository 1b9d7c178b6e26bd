package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;

class BatchTest {
    private static final TopicPartition PARTITION = new TopicPartition("match-events-accepted", 3);
    private static final Batch.Limits WIDE = new Batch.Limits(1_000, 1 << 30);

    @Test
    void cut_anyRows_keepsEachRowOnceInOrderWithinLimits() {
        Random random = new Random(20_261_121);
        for (int round = 0; round < 500; round++) {
            List<Row> rows = someRows(random);
            Batch.Limits limits = new Batch.Limits(1 + random.nextInt(20), 400 + random.nextInt(3_000));

            List<Batch> batches = cut(PARTITION, rows, limits);

            assertEquals(rows, batches.stream().flatMap(batch -> batch.rows().stream()).toList());
            for (Batch batch : batches) {
                assertTrue(batch.rows().size() <= limits.rows());
                assertTrue(
                        batch.rows().size() == 1 || batch.rows().stream().mapToLong(Row::size).sum() <= limits.bytes());
                assertEquals(1, batch.rows().stream().map(row -> row.table() + "/" + row.month()).distinct().count());
                assertEquals(batch.first(), batch.rows().getFirst().offset());
                assertEquals(batch.last(), batch.rows().getLast().offset());
            }
            assertEquals(batches.size(), batches.stream().map(Batch::token).distinct().count());
        }
    }

    @Test
    void cut_monthOrTableChange_startsANewBatch() {
        List<Row> rows = List.of(row(1, Table.EVENTS, 202_611, "", 0), row(2, Table.EVENTS, 202_612, "", 0),
                row(4, Table.DEAD, 202_612, "", 0), row(9, Table.EVENTS, 202_612, "", 0));

        List<String> tokens = cut(PARTITION, rows, WIDE).stream().map(Batch::token).toList();

        assertEquals(
                List.of("match-events-accepted-3-1-1", "match-events-accepted-3-2-2", "match-events-accepted-3-4-4",
                        "match-events-accepted-3-9-9"),
                tokens);
    }

    @Test
    void cut_versionedRows_keepsTheNewestPerKeyAndTheLastOffset() {
        List<Row> rows = List.of(row(1, Table.MINUTES, 0, "a", 1), row(2, Table.MINUTES, 0, "b", 7),
                row(3, Table.MINUTES, 0, "a", 3),
                row(4, Table.MINUTES, 0, "a", 3), row(6, Table.MINUTES, 0, "b", 5));

        Batch batch = cut(PARTITION, rows, WIDE).getFirst();

        assertEquals(List.of(2L, 4L, 6L), batch.rows().stream().map(Row::offset).toList());
        assertEquals("match-events-accepted-3-1-6", batch.token());
    }

    @Test
    void isolate_someRows_coversTheOffsetsInOrderWithOwnTokens() {
        List<Row> rows = List.of(row(1, Table.EVENTS, 1, "", 0), row(5, Table.EVENTS, 1, "", 0),
                row(8, Table.EVENTS, 1, "", 0), row(9, Table.EVENTS, 1, "", 0), row(12, Table.EVENTS, 1, "", 0));
        Batch batch = cut(PARTITION, rows, WIDE).getFirst();

        assertEquals(
                List.of("match-events-accepted-3-1-5", "match-events-accepted-3-6-8", "match-events-accepted-3-9-12"),
                batch.isolate(Set.of(8L)).stream().map(Batch::token).toList());
        assertEquals(List.of(List.of(1L), List.of(5L, 8L, 9L), List.of(12L)),
                batch.isolate(Set.of(1L, 12L)).stream()
                        .map(part -> part.rows().stream().map(Row::offset).toList()).toList());
    }

    @Test
    void batch_withoutRowOfLastOffset_isRejected() {
        List<Row> rows = List.of(row(1, Table.EVENTS, 1, "", 0));
        assertThrows(IllegalArgumentException.class, () -> new Batch(PARTITION, Table.EVENTS, 1, 2, rows));
    }

    private static List<Batch> cut(TopicPartition source, List<Row> rows, Batch.Limits limits) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < rows.size();) {
            List<Row> rest = rows.subList(from, rows.size());
            int count = Batch.countOfFirst(rest, limits);
            batches.add(Batch.of(source, rest.subList(0, count)));
            from += count;
        }
        return batches;
    }

    private static List<Row> someRows(Random random) {
        List<Row> rows = new ArrayList<>();
        long offset = random.nextInt(100);
        int month = 202_601;
        for (int i = random.nextInt(60); i >= 0; i--) {
            offset += 1 + random.nextInt(3);
            month += random.nextInt(15) == 0 ? 1 : 0;
            rows.add(row(offset, random.nextInt(20) == 0 ? Table.DEAD : Table.EVENTS, month, "", 0));
        }
        return rows;
    }

    static Row row(long offset, Table table, int month, String key, long version) {
        return new Row(table, month, new byte[(int) (offset % 100)], key, version,
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, new byte[0], new byte[0]));
    }
}
