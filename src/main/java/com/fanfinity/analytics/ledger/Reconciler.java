package com.fanfinity.analytics.ledger;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.LedgerMeters;
import com.fanfinity.analytics.pipeline.LedgerEntry;

/// Compares at an interval the topology's accepted events with the totals of the matches and with ClickHouse's rows.
///
/// Events continue to arrive during a comparison, so a single comparison can report a false discrepancy. Only a
/// discrepancy that a second comparison confirms is reported.
public final class Reconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration SECOND_COMPARISON_AFTER = Duration.ofSeconds(2);
    private static final Duration MAX_COMPARISON = Duration.ofSeconds(10);

    private final LocalLedger live;
    private final ClickHouseLedger stored;
    private final Topics topics;
    private final Clock clock;
    private final LedgerMeters meters;
    private final ReentrantLock comparing = new ReentrantLock();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("reconciler").factory());
    private volatile @Nullable Reconciliation last;
    private final StoredWatermarks marks = new StoredWatermarks();
    private volatile boolean failing;
    private volatile Duration interval = Duration.ZERO;

    /// @param clickHouse with a timeout short enough for a request
    public Reconciler(LocalLedger live, ClickHouse clickHouse, Topics topics, Clock clock, LedgerMeters meters) {
        this.live = live;
        this.stored = new ClickHouseLedger(clickHouse, topics);
        this.topics = topics;
        this.clock = clock;
        this.meters = meters;
    }

    /// Call once.
    ///
    /// @param interval between two comparisons
    public void start(Duration interval) {
        this.interval = interval;
        var _ = scheduler.scheduleWithFixedDelay(this::reconcile, interval.toMillis(), interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// The last result. If it is older than `age` and no other thread is comparing, compares first. Empty until the
    /// first comparison succeeds.
    Optional<Reconciliation> refreshIfOlderThan(Duration age) {
        Reconciliation known = last;
        if ((known == null || known.at().plus(age).isBefore(clock.instant())) && comparing.tryLock()) {
            try {
                compareTwice(Duration.ZERO);
            } catch (SQLException | RuntimeException e) {
                recordFailure(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                comparing.unlock();
            }
        }
        return Optional.ofNullable(last);
    }

    /// The latest time up to which every accepted event is known to be a row in ClickHouse, milliseconds since the
    /// epoch. Empty if the time is unknown for the partition, if the partition has a discrepancy, or if the last
    /// comparison failed or is older than two intervals and the longest comparison.
    ///
    /// @param partition of `match-events`
    public OptionalLong storedUpTo(int partition) {
        Reconciliation known = last;
        boolean fresh = known != null && !failing
                && known.at().plus(interval.multipliedBy(2)).plus(MAX_COMPARISON).isAfter(clock.instant());
        return fresh ? marks.storedUpTo(partition) : OptionalLong.empty();
    }

    /// Whether the last comparison failed.
    boolean isFailing() {
        return failing;
    }

    private void reconcile() {
        long start = System.nanoTime();
        comparing.lock();
        try {
            Reconciliation found = compareTwice(SECOND_COMPARISON_AFTER);
            meters.reconciled(found.discrepancies().size(), Duration.ofNanos(System.nanoTime() - start));
            found.discrepancies().forEach(discrepancy -> LOG.atError().addKeyValue("partition", discrepancy.partition())
                    .addKeyValue("detail", discrepancy.detail()).log("the ledger does not add up"));
        } catch (SQLException | RuntimeException e) {
            recordFailure(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            comparing.unlock();
        }
    }

    private Reconciliation compareTwice(Duration pause) throws SQLException, InterruptedException {
        Reconciliation found = compare();
        if (!found.discrepancies().isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            found = compare();
        }
        marks.record(found);
        last = found;
        failing = false;
        return found;
    }

    private void recordFailure(Exception e) {
        meters.reconciliationFailed();
        if (!failing) {
            LOG.atWarn().addKeyValue("cause", e.toString())
                    .log("the ledger cannot be compared with ClickHouse; logged once until it can");
        }
        failing = true;
    }

    private Reconciliation compare() throws SQLException {
        Instant begun = clock.instant();
        Map<Integer, StoredCounts> inClickHouse = stored.read();
        SortedMap<Integer, PartitionBalance> balances = new TreeMap<>();
        for (int partition = 0; partition < live.partitions(); partition++) {
            Optional<LedgerEntry> before = live.entry(partition);
            PartitionBalance balance = new PartitionBalance(before, live.counted(partition), live.entry(partition),
                    inClickHouse.getOrDefault(partition, StoredCounts.NOTHING));
            balances.put(partition, balance);
            updateMeters(balance, partition);
        }
        return new Reconciliation(begun, balances);
    }

    private void updateMeters(PartitionBalance balance, int partition) {
        sample(partition);
        if (balance.after().isEmpty()) {
            return;
        }
        balance.counted().ifPresent(counted -> meters.ledger(topics.events(), partition, "counted", counted));
        meters.ledger(topics.events(), partition, "stored", balance.stored().events());
        meters.ledger(topics.events(), partition, "dead_stored", balance.stored().dead());
        balance.inFlight().ifPresent(events -> meters.ledger(topics.events(), partition, "in_flight", events));
    }

    /// Updates the meters from the topology's ledger. Call every second.
    public void sample() {
        for (int partition = 0; partition < live.partitions(); partition++) {
            sample(partition);
        }
    }

    private void sample(int partition) {
        Optional<LedgerEntry> entry = live.entry(partition);
        if (entry.isEmpty()) {
            meters.ledgerUnknown(topics.events(), partition);
            return;
        }
        meters.ledger(topics.events(), partition, "received", entry.get().received());
        meters.ledger(topics.events(), partition, "accepted", entry.get().accepted());
        meters.ledger(topics.events(), partition, "duplicate", entry.get().duplicate());
        meters.ledger(topics.events(), partition, "dead", entry.get().dead());
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
