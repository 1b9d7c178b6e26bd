package com.fanfinity.analytics.lab.chaos;

import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.KEEP_DOWN;
import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.KILL;
import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.RESTART;
import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.STOP;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind;

/// The disturbances of a run. The same seed gives the same plan.
///
/// @param length the length of the load
record Plan(Duration length, List<Disturbance> disturbances) {

    private static final String KAFKA = "kafka";
    private static final String CLICKHOUSE = "clickhouse";

    /// The last disturbance comes some time before the end, so that load continues after it.
    private static final Duration QUIET_AT_THE_END = Duration.ofSeconds(15);

    private record Card(DisturbanceKind kind, List<String> parts) {}

    Plan {
        disturbances = List.copyOf(disturbances);
    }

    /// Draws a disturbance every 15 to 25 s from a shuffled deck with every kind, so that a long run has all of them. A
    /// disturbance that lasts 5 to 40 s may overlap with the next ones.
    static Plan random(long seed, Duration length, int services) {
        Random random = new Random(seed);
        Deque<Card> deck = new ArrayDeque<>();
        List<Disturbance> plan = new ArrayList<>();
        for (Duration at = Duration.ofSeconds(5); at.compareTo(length.minus(QUIET_AT_THE_END)) < 0; at = at
                .plusMillis(random.nextLong(15_000, 25_000))) {
            if (deck.isEmpty()) {
                List<Card> cards = new ArrayList<>(deck(services, random));
                Collections.shuffle(cards, random);
                deck.addAll(cards);
            }
            Card card = deck.pop();
            Duration lasts = card.kind.lasts() ? Duration.ofSeconds(random.nextLong(5, 41)) : Duration.ZERO;
            plan.add(new Disturbance(at, card.kind, card.parts, lasts));
        }
        return new Plan(length, plan);
    }

    /// A minute with a kill of a service, of the broker and of the engine, a stop, and a kill of all together.
    static Plan shortOne(int services) {
        List<String> all = Stream.concat(services(services).stream(), Stream.of(KAFKA, CLICKHOUSE)).toList();
        return new Plan(Duration.ofSeconds(34), List.of(
                new Disturbance(Duration.ofSeconds(2), KILL, List.of("service-1"), Duration.ZERO),
                new Disturbance(Duration.ofSeconds(11), KILL, List.of(CLICKHOUSE), Duration.ZERO),
                new Disturbance(Duration.ofSeconds(14), KILL, List.of(KAFKA), Duration.ZERO),
                new Disturbance(Duration.ofSeconds(20), STOP, List.of("service-" + services), Duration.ofSeconds(5)),
                new Disturbance(Duration.ofSeconds(29), KILL, all, Duration.ZERO)));
    }

    private static List<String> services(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> "service-" + number).toList();
    }

    private static List<Card> deck(int count, Random random) {
        List<String> services = services(count);
        List<String> one = List.of(services.get(random.nextInt(count)));
        List<String> all = Stream.concat(services.stream(), Stream.of(KAFKA, CLICKHOUSE)).toList();
        List<Card> deck = new ArrayList<>();
        for (String part : all) {
            Stream.of(KILL, STOP, RESTART).forEach(kind -> deck.add(new Card(kind, List.of(part))));
        }
        Stream.of(KILL, STOP).forEach(kind -> deck.add(new Card(kind, all)));
        Stream.of(KILL, STOP).forEach(kind -> deck.add(new Card(kind, List.of(one.getFirst(), KAFKA))));
        deck.add(new Card(KILL, List.of(one.getFirst(), CLICKHOUSE)));
        deck.add(new Card(KILL, List.of(KAFKA, CLICKHOUSE)));
        deck.add(new Card(KEEP_DOWN, List.of(CLICKHOUSE)));
        deck.add(new Card(KEEP_DOWN, one));
        if (count > 1) {
            Stream.of(KILL, STOP, KEEP_DOWN).forEach(kind -> deck.add(new Card(kind, services)));
            deck.add(new Card(KILL, one));
        }
        return deck;
    }
}
