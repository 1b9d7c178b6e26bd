package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.clickhouse.OperatorActionException;
import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DeliveryTest {

    private static final TopicPartition PARTITION = new TopicPartition("match-events-accepted", 3);
    private static final int TYPE_MISMATCH = 53;
    private static final OptionalLong NONE = OptionalLong.empty();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StoreWithTokens store = new StoreWithTokens();

    private Delivery delivery(Delivery.Judge judge) {
        return new Delivery(store, store, judge, new InsertPermits(),
                new Backoff(Duration.ofMillis(2), Duration.ofMillis(4), () -> 0), new Incident("test"),
                new Meters(registry));
    }

    private Delivery.Result deliver(Batch batch, OptionalLong before, PartitionOwnership ownership) throws Exception {
        return delivery((_, _) -> {
            throw new AssertionError("nothing was rejected");
        }).deliver(batch, before, ownership);
    }

    private static PartitionOwnership ownership() {
        PartitionOwnership ownership = new PartitionOwnership();
        ownership.setClaim(new Claim(ownership.id(), "tables", 1, 0));
        return ownership;
    }

    private static Batch batch(long... offsets) {
        return Batch.of(PARTITION, Arrays.stream(offsets).mapToObj(DeliveryTest::row).toList());
    }

    private static Row row(long offset) {
        return new Row(Table.EVENTS, 202_611, new byte[0], "", 0,
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, new byte[0], new byte[0]));
    }

    private static StoreWithTokens.Fault failed() {
        return (_, _) -> new WriteOutcome.Failed(new IllegalStateException("away"));
    }

    /// The machine of ClickHouse and the sink lost power. ClickHouse lost unsynced rows, but kept their tokens. The
    /// sink that starts afterwards sends the same batches.
    @Test
    void tokensOfAPredecessor_rowsLost_areStored() throws Exception {
        PartitionOwnership predecessor = ownership();
        deliver(batch(1, 2), NONE, predecessor);
        deliver(batch(3, 4), OptionalLong.of(2), predecessor);
        store.lose(0);

        PartitionOwnership successor = ownership();
        assertEquals(Delivery.Result.STORED, deliver(batch(1, 2), NONE, successor));
        assertEquals(Delivery.Result.STORED, deliver(batch(3, 4), OptionalLong.of(2), successor));

        assertEquals(List.of(1L, 2L, 3L, 4L), store.offsets());
    }

    /// The first attempt may arrive late. So all attempts have the same token.
    @Test
    void attempts_unknownOutcome_haveTheSameToken() throws Exception {
        store.failNext(failed());
        store.failNext((batch, token) -> {
            store.store(batch, token);
            return new WriteOutcome.Failed(new IllegalStateException("the response was lost"));
        });

        assertEquals(Delivery.Result.STORED, deliver(batch(1, 2), NONE, ownership()));

        assertEquals(2, store.inserts().size());
        assertEquals(1, Set.copyOf(store.inserts()).size());
        assertEquals(List.of(1L, 2L), store.offsets());
    }

    /// The sink is cut off from ClickHouse after the rows were stored. Meanwhile other sinks store so many batches that
    /// ClickHouse forgets the token.
    @Test
    void storedAndResponseLost_tokenForgottenMeanwhile_isNotStoredTwice() throws Exception {
        store.failNext((batch, token) -> {
            store.store(batch, token);
            store.forgetTokens();
            return new WriteOutcome.Failed(new IllegalStateException("the response was lost"));
        });

        assertEquals(Delivery.Result.STORED, deliver(batch(1, 2), NONE, ownership()));

        assertEquals(List.of(1L, 2L), store.offsets());
        assertEquals(List.of(), store.doubled());
        assertEquals(2, registry.get("clickhouse.rows.written").tag("table", "match_events").counter().count());
    }

    /// ClickHouse stays away after the partition was revoked.
    @Test
    void ownershipEnds_clickHouseDoesNotAnswer_isGivenUp() throws Exception {
        PartitionOwnership ownership = ownership();
        store.failNext(failed());
        store.stopAnswering(ownership::end);

        assertEquals(Delivery.Result.GIVEN_UP, deliver(batch(3, 4), OptionalLong.of(2), ownership));
    }

    @Test
    void tokenKnown_rowsAbsent_isSentWithAnotherToken() throws Exception {
        store.failNext((batch, token) -> {
            store.store(batch, token);
            store.lose(batch.first());
            return new WriteOutcome.Failed(new IllegalStateException("the response was lost"));
        });

        assertEquals(Delivery.Result.STORED, deliver(batch(1, 2), NONE, ownership()));

        assertEquals(List.of(1L, 2L), store.offsets());
    }

    /// The rows of the first token are lost, and then those of the second one.
    @Test
    void tokensKnown_rowsLostTwice_areSentWithAThirdToken() throws Exception {
        StoreWithTokens.Fault loses = (batch, token) -> {
            store.store(batch, token);
            store.lose(batch.first());
            return new WriteOutcome.Failed(new IllegalStateException("the response was lost"));
        };
        store.failNext(loses);
        store.failNext(store::store);
        store.failNext(loses);

        assertEquals(Delivery.Result.STORED, deliver(batch(1, 2), NONE, ownership()));

        assertEquals(List.of(1L, 2L), store.offsets());
    }

    /// ClickHouse may know the token of a part, or of a dead letter, although it has no row of it.
    @Test
    void rejected_afterAnUnknownOutcome_isStoredOnlyIfTheRowsAreThere() throws Exception {
        StoreWithTokens.Fault rejected = (_, _) -> new WriteOutcome.Rejected(TYPE_MISMATCH,
                new IllegalStateException("bad"));
        StoreWithTokens.Fault tokenOnly = (batch, token) -> {
            store.store(batch, token);
            store.lose(batch.first());
            return new WriteOutcome.Acknowledged();
        };
        store.failNext(failed());
        store.failNext(rejected);
        store.failNext(tokenOnly);
        store.failNext(store::store);
        store.failNext(rejected);
        store.failNext(tokenOnly);

        Delivery.Result result = delivery((_, _) -> new RejectionJudge.Verdict.RowsAtFault(Set.of(5L)))
                .deliver(batch(4, 5), NONE, ownership());

        assertEquals(Delivery.Result.STORED, result);
        assertEquals(List.of(4L, 5L), store.offsets());
        assertEquals(List.of(5L), store.parked());
    }

    /// A rejected insert may have known the token: a materialized view failed after the rows were stored, or lost.
    @Test
    void keptAfterARejection_tokenKnownWithoutRows_isSentWithAnotherToken() throws Exception {
        store.failNext((batch, token) -> {
            store.store(batch, token);
            store.lose(batch.first());
            return new WriteOutcome.Rejected(TYPE_MISMATCH, new IllegalStateException("bad"));
        });

        Delivery.Result result = delivery(
                (_, _) -> new RejectionJudge.Verdict.Keep(new OperatorActionException("the table is wrong")))
                .deliver(batch(1, 2), NONE, ownership());

        assertEquals(Delivery.Result.STORED, result);
        assertEquals(List.of(1L, 2L), store.offsets());
    }

    /// An offset that is committed for such a batch would prove that its rows are stored.
    @Test
    void acknowledgedInDoubt_ownershipEndsBeforeTheAnswer_isNotStored() throws Exception {
        PartitionOwnership ownership = ownership();
        store.failNext(failed());
        store.stopAnswering(ownership::end);

        assertEquals(Delivery.Result.GIVEN_UP, deliver(batch(1, 2), NONE, ownership));

        assertEquals(0, registry.get("clickhouse.rows.written").tag("table", "match_events").counter().count());
    }

    @Test
    void failed_storedRowsLost_isNotSentAgain() throws Exception {
        store.store(batch(1, 2), "before");
        store.failNext((_, _) -> {
            store.lose(2);
            return new WriteOutcome.Failed(new IllegalStateException("away"));
        });

        assertEquals(Delivery.Result.STORED_ROWS_LOST, deliver(batch(3, 4), OptionalLong.of(2), ownership()));

        assertEquals(List.of(1L), store.offsets());
    }

    @Test
    void failed_ownershipEnds_isNotSentAgain() throws Exception {
        PartitionOwnership ownership = ownership();
        store.failNext((_, _) -> {
            ownership.end();
            return new WriteOutcome.Failed(new IllegalStateException("away"));
        });

        assertEquals(Delivery.Result.GIVEN_UP, deliver(batch(1), NONE, ownership));

        assertEquals(1, store.inserts().size());
    }

    @Test
    void superseded_anyBatch_isNotSentAgain() throws Exception {
        store.failNext((_, _) -> new WriteOutcome.Superseded());

        assertEquals(Delivery.Result.SUPERSEDED, deliver(batch(1), NONE, ownership()));

        assertEquals(1, store.inserts().size());
    }

    /// The parts are sent in order, and each after the one before it is stored.
    @Test
    void rejected_rowAtFault_isParkedAndTheOthersAreStored() throws Exception {
        store.failNext((_, _) -> new WriteOutcome.Rejected(TYPE_MISMATCH, new IllegalStateException("bad")));
        store.failNext(store::store);
        store.failNext((_, _) -> new WriteOutcome.Rejected(TYPE_MISMATCH, new IllegalStateException("bad")));

        Delivery.Result result = delivery((_, _) -> new RejectionJudge.Verdict.RowsAtFault(Set.of(5L)))
                .deliver(batch(4, 5, 6), NONE, ownership());

        assertEquals(Delivery.Result.STORED, result);
        assertEquals(List.of(4L, 5L, 6L), store.offsets());
        assertEquals(List.of(5L), store.parked());
    }

    /// The first part is lost while the second one is sent. Both are read again.
    @Test
    void rejected_firstPartLostMeanwhile_isReadAgain() throws Exception {
        store.failNext((_, _) -> new WriteOutcome.Rejected(TYPE_MISMATCH, new IllegalStateException("bad")));
        store.failNext(store::store);
        store.failNext((_, _) -> {
            store.lose(4);
            return new WriteOutcome.Failed(new IllegalStateException("away"));
        });

        Delivery.Result result = delivery((_, _) -> new RejectionJudge.Verdict.RowsAtFault(Set.of(5L)))
                .deliver(batch(4, 5, 6), NONE, ownership());

        assertEquals(Delivery.Result.STORED_ROWS_LOST, result);
    }

    @Test
    void rejected_tableWrong_parksNothingAndIsSentAgain() throws Exception {
        AtomicInteger judged = new AtomicInteger();
        store.failNext((_, _) -> new WriteOutcome.Rejected(TYPE_MISMATCH, new IllegalStateException("bad")));
        store.failNext((_, _) -> new WriteOutcome.Rejected(TYPE_MISMATCH, new IllegalStateException("bad")));

        Delivery.Result result = delivery((_, _) -> {
            judged.incrementAndGet();
            return new RejectionJudge.Verdict.Keep(new OperatorActionException("the table is wrong"));
        }).deliver(batch(1, 2), NONE, ownership());

        assertEquals(Delivery.Result.STORED, result);
        assertEquals(2, judged.get());
        assertEquals(List.of(), store.parked());
        assertEquals(2, registry.get("clickhouse.table.faults").tag("table", "match_events").counter().count());
    }

    /// ClickHouse has many errors for a wrong table.
    @Test
    void failed_tableWrong_isCountedAndSentAgain() throws Exception {
        store.failNext(failed());
        Delivery.Judge judge = new Delivery.Judge() {
            @Override
            public RejectionJudge.Verdict judge(Batch batch, int code) {
                throw new AssertionError("nothing was rejected");
            }

            @Override
            public Exception explain(Batch batch, Exception failure) {
                return new OperatorActionException("the table is wrong");
            }
        };

        assertEquals(Delivery.Result.STORED, delivery(judge).deliver(batch(1), NONE, ownership()));

        assertEquals(1, registry.get("clickhouse.table.faults").tag("table", "match_events").counter().count());
    }

    @Test
    void claim_ofTheOwnership_isThatOfEachInsert() throws Exception {
        Claim claim = new Claim(UUID.randomUUID(), "tables", 1, 0);
        PartitionOwnership ownership = new PartitionOwnership();
        ownership.setClaim(claim);
        AtomicInteger inserts = new AtomicInteger();
        BatchWriter writer = (batch, token, sent) -> {
            assertEquals(claim, sent);
            return inserts.incrementAndGet() == 1
                    ? new WriteOutcome.Failed(new IllegalStateException("away"))
                    : store.store(batch, token);
        };
        Delivery delivery = new Delivery(writer, store, (_, _) -> {
            throw new AssertionError("nothing was rejected");
        }, new InsertPermits(), new Backoff(Duration.ofMillis(2), Duration.ofMillis(4), () -> 0),
                new Incident("test"), new Meters(registry));

        assertEquals(Delivery.Result.STORED, delivery.deliver(batch(1), NONE, ownership));

        assertEquals(2, inserts.get());
    }
}
