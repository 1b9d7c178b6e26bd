package com.fanfinity.analytics.lab.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Events of many matches: of all types, in random time order, half of them in one match. Not thread-safe.
public final class ChaosFeed {

    /// The types that this feed retracts: a retraction of another type would not change the goals and cards.
    private static final Set<String> ON_THE_SHEET = Set.of("goal", "own_goal", "shootout_goal", "yellow_card",
            "second_yellow_card",
            "red_card", "match_end");
    private static final Set<String> OF_NO_TEAM = Set.of("reaction", "comment", "share", "prediction", "stoppage",
            "var_review",
            "period_start", "period_end", "match_end", "retraction");

    /// Weights in thousandths.
    private static final NavigableMap<Integer, String> STEADY = weights("pass", 380, "duel", 180, "touch", 80,
            "reaction", 120, "comment",
            30, "shot", 40, "throw_in", 40, "foul", 30, "corner", 15, "save", 15, "share", 10, "prediction", 10, "goal",
            12, "own_goal", 4,
            "yellow_card", 10, "second_yellow_card", 3, "red_card", 3, "shootout_goal", 3, "retraction", 8,
            "period_start", 2, "period_end",
            2, "match_end", 1, "stoppage", 1, "var_review", 1);
    private static final NavigableMap<Integer, String> AFTER_A_GOAL = weights("reaction", 700, "comment", 150, "share",
            50, "goal", 5,
            "retraction", 1, "pass", 94);

    private final Random random;
    private final List<Match> matches;

    private static final class Match {
        private final String id;
        private final Instant kickOff;
        private final long stepMillis;
        private final List<UUID> onTheSheet = new ArrayList<>();
        private long number;

        Match(String id, Instant kickOff, long stepMillis) {
            this.id = id;
            this.kickOff = kickOff;
            this.stepMillis = stepMillis;
        }
    }

    /// @param run a part of all match ids
    public ChaosFeed(Random random, String run, int matches) {
        this.random = random;
        // Years apart, so that matches of the same partition have no event times in common.
        this.matches = IntStream.range(0, matches).mapToObj(number -> new Match("chaos-" + run + "-" + number,
                Instant.parse("2026-11-20T18:00:00Z").minusSeconds(number * 40_000_000L), number == 0 ? 40 : 1_500))
                .toList();
    }

    public List<String> matchIds() {
        return matches.stream().map(match -> match.id).toList();
    }

    int anyMatch() {
        return random.nextInt(matches.size());
    }

    /// The next event of the steady load.
    EventJson next() {
        return event(matches.get(random.nextBoolean() ? 0 : anyMatch()), STEADY);
    }

    /// The next event of a burst after a goal.
    EventJson next(int match) {
        return event(matches.get(match), AFTER_A_GOAL);
    }

    private EventJson event(Match match, NavigableMap<Integer, String> weights) {
        long number = match.number++;
        if (number == 0) {
            return new EventJson(match.id, "match_start", id(), match.kickOff.toString(), Optional.empty(),
                    Optional.of("{\"homeTeamId\":\"home\",\"awayTeamId\":\"away\"}"));
        }
        String type = weights.higherEntry(random.nextInt(1000)).getValue();
        if (type.equals("retraction") && match.onTheSheet.isEmpty()) {
            type = "touch";
        }
        UUID id = id();
        if (ON_THE_SHEET.contains(type)) {
            match.onTheSheet.add(id);
        }
        Optional<String> team = OF_NO_TEAM.contains(type)
                ? Optional.empty()
                : Optional.of(random.nextBoolean() ? "home" : "away");
        return new EventJson(match.id, type, id, time(match, number).toString(), team, metadata(match, type));
    }

    private Optional<String> metadata(Match match, String type) {
        if (type.equals("retraction")) {
            UUID target = match.onTheSheet.get(random.nextInt(match.onTheSheet.size()));
            return Optional.of("{\"eventId\":\"" + target + "\",\"reason\":\"VAR\"}");
        }
        return random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of("{\"x\":%d,\"y\":%d}".formatted(random.nextInt(100), random.nextInt(100)));
    }

    /// A time near the current minute of the match, sometimes any time of it.
    private Instant time(Match match, long number) {
        double millis = random.nextInt(30) == 0
                ? random.nextInt(6_600_000)
                : number * match.stepMillis + random.nextGaussian() * 60_000;
        return match.kickOff.plusMillis(Math.max(0, (long) millis));
    }

    private UUID id() {
        return new UUID((random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000,
                (random.nextLong() >>> 2) | Long.MIN_VALUE);
    }

    private static NavigableMap<Integer, String> weights(Object... typesAndThousandths) {
        NavigableMap<Integer, String> weights = new TreeMap<>();
        int sum = 0;
        for (int i = 0; i < typesAndThousandths.length; i += 2) {
            sum += (Integer) typesAndThousandths[i + 1];
            weights.put(sum, (String) typesAndThousandths[i]);
        }
        if (sum != 1000) {
            throw new IllegalArgumentException("the sum of the weights is " + sum);
        }
        return weights;
    }
}
