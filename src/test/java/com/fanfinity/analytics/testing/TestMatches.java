package com.fanfinity.analytics.testing;

import java.util.List;
import java.util.stream.Stream;

import com.fanfinity.analytics.lab.verify.RecordedMatches;
import com.fanfinity.analytics.lab.verify.RecordedMatches.RecordedMatch;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Whole matches with their truths: the synthetic match of the test resources, and the recorded matches if they are
/// present.
public final class TestMatches {

    private TestMatches() {}

    /// A match of two invented teams with extra time, a penalty shoot-out, an own goal and red cards.
    public static RecordedMatch synthetic() {
        return RecordedMatches.in(ProjectDir.find().resolve("src/test/resources/matches")).getFirst();
    }

    /// The synthetic match, then the recorded ones.
    public static List<RecordedMatch> all() {
        return Stream.concat(Stream.of(synthetic()), RecordedMatches.find().stream()).toList();
    }
}
