package com.fanfinity.analytics.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/// Counts the records that active tasks of this instance still have to restore from their changelogs before they can
/// process events.
final class RestoreProgress implements StateRestoreListener {

    private record Span(long end, long remaining) {}

    private final Map<TopicPartition, Span> changelogs = new ConcurrentHashMap<>();
    private final LongConsumer restored;

    /// @param restored receives the number of records of each restored batch
    RestoreProgress(LongConsumer restored) {
        this.restored = restored;
    }

    /// Remaining records, as an upper bound: transaction markers in a changelog count, too.
    long records() {
        return changelogs.values().stream().mapToLong(Span::remaining).sum();
    }

    /// The number of store partitions that are being restored.
    int stores() {
        return changelogs.size();
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
        changelogs.put(changelog, new Span(end, Math.max(0, end - start)));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long batchEnd, long records) {
        changelogs.computeIfPresent(changelog,
                (_, span) -> new Span(span.end(), Math.max(0, span.end() - batchEnd - 1)));
        restored.accept(records);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {
        changelogs.remove(changelog);
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
        changelogs.remove(changelog);
    }
}
