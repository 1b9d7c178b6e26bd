package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.List;

import org.apache.kafka.common.Uuid;

/// The records of `match-events` that are known to be processed: those of one topic from the offset `first` up to the
/// ledger's `nextOffset`, without the gaps.
///
/// @param topicId of the topic that the records belong to
/// @param first the first offset
/// @param leaderEpoch of the last record
/// @param gaps ascending; nothing shows whether they have records, so a record that appears there is processed
public record ProcessedRange(Uuid topicId, long first, int leaderEpoch, List<Gap> gaps) {

    /// The most gaps that are kept. For a further one the range loses its oldest part.
    static final int MOST_GAPS = 16;

    /// Offsets at which the source did not read.
    ///
    /// @param to the first offset after the gap
    public record Gap(long from, long to) {

        boolean contains(long offset) {
            return from <= offset && offset < to;
        }
    }

    public ProcessedRange {
        gaps = List.copyOf(gaps);
    }

    public ProcessedRange(Uuid topicId, long first, int leaderEpoch) {
        this(topicId, first, leaderEpoch, List.of());
    }

    boolean contains(long offset) {
        return first <= offset && gaps.stream().noneMatch(gap -> gap.contains(offset));
    }

    ProcessedRange withEpoch(int epoch) {
        return new ProcessedRange(topicId, first, epoch, gaps);
    }

    ProcessedRange withGap(Gap gap) {
        List<Gap> all = new ArrayList<>(gaps);
        all.add(gap);
        return withGaps(all);
    }

    /// After the records of some offsets were processed, which may lie in gaps.
    ///
    /// @param to the first offset that was not processed
    ProcessedRange withProcessed(long from, long to) {
        List<Gap> left = new ArrayList<>();
        for (Gap gap : gaps) {
            left.add(new Gap(gap.from(), Math.min(gap.to(), from)));
            left.add(new Gap(Math.max(gap.from(), to), gap.to()));
        }
        left.removeIf(gap -> gap.from() >= gap.to());
        return withGaps(left);
    }

    private ProcessedRange withGaps(List<Gap> all) {
        int tooMany = Math.max(0, all.size() - MOST_GAPS);
        long start = tooMany == 0 ? first : all.get(tooMany - 1).to();
        return new ProcessedRange(topicId, start, leaderEpoch, all.subList(tooMany, all.size()));
    }
}
