package com.fanfinity.analytics.lab.hostile;

import java.time.Duration;
import java.util.List;

/// All attacks in the size of the requirement.
final class Attacks {

    static final int LARGE_NAME = 4_000_000;
    static final int SMALL_NAME = 60_000;

    private Attacks() {}

    static List<Attack> all() {
        Duration held = Duration.ofSeconds(30);
        return List.of(new LongNames(200, LARGE_NAME, 6_000, SMALL_NAME),
                new LongNamesOnTopic(200, LARGE_NAME, 6_000, SMALL_NAME),
                new UnreadAnswers(100, held),
                new UnreadMoments(1_000, 1_000, held),
                new UnreadLists(6_000, 500, held),
                new StalledBodies(8, Duration.ofSeconds(40)),
                new TrickledHeaders(9_000, 1, Duration.ofSeconds(60)),
                new TrickledHeaders(9_000, 40, Duration.ofSeconds(60)),
                new LargeListEntries(160, 64),
                new UnknownReceipts(200, Duration.ofSeconds(15)),
                new LargeTimelines(100, 1_500, 64, held),
                new ManyLists(100, 3, 100_000),
                new WideBatches(8, 6),
                new KeptConnections(7_000, 16, held),
                new RogueMember(100, Duration.ofSeconds(15)));
    }
}
