package com.fanfinity.analytics.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/// What active tasks of this instance still have to read from their changelogs before they can go on.
final class RestoreProgress implements StateRestoreListener {

    private record Span(long end, long remaining) {}

    private final Map<TopicPartition, Span> changelogs = new ConcurrentHashMap<>();
    private final LongConsumer restored;

    /// @param restored told of records as they are restored
    RestoreProgress(LongConsumer restored) {
        this.restored = restored;
    }

    /// At most; what transactions leave in a changelog beside records counts, too.
    long records() {
        return changelogs.values().stream().mapToLong(Span::remaining).sum();
    }

    /// Partitions of stores that are being restored.
    int stores() {
        return changelogs.size();
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
        changelogs.put(changelog, new Span(end, Math.max(0, end - start)));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long batchEnd, long records) {
        changelogs.computeIfPresent(changelog, (_, span) -> new Span(span.end(), Math.max(0, span.end() - batchEnd - 1)));
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
