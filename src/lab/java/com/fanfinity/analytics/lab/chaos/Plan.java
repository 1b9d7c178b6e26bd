package com.fanfinity.analytics.lab.chaos;

import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.KEEP_DOWN;
import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.KILL;
import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.RESTART;
import static com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind.STOP;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fanfinity.analytics.lab.chaos.Disturbance.DisturbanceKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultTarget;

/// The faults of a run. The same seed gives the same plan.
///
/// @param length the length of the load
/// @param disturbances of the processes
/// @param relayFaults of the network between the services and ClickHouse
/// @param visits of another sink
record Plan(Duration length, List<Disturbance> disturbances, List<RelayFault> relayFaults, List<Visit> visits) {

    /// A sink joins the group and leaves it later.
    record Visit(Duration at, Duration lasts) {}

    private static final String KAFKA = "kafka";
    private static final String CLICKHOUSE = "clickhouse";

    /// The last fault comes some time before the end, so that load continues after it.
    private static final Duration QUIET_AT_THE_END = Duration.ofSeconds(15);

    private static final Duration LONGEST_HOLD = Duration.ofSeconds(60);
    /// Longer than the session of a sink, after which a successor takes over and stores other batches.
    private static final Duration SHORTEST_LATE_HOLD = Duration.ofSeconds(15);

    /// How often a minute has each of them.
    private static final Map<RelayFaultKind, Integer> RELAY_FAULTS_OF_A_MINUTE = Map.of(RelayFaultKind.DUPLICATE, 4,
            RelayFaultKind.CUT_REQUEST, 3, RelayFaultKind.CUT_ANSWER, 3, RelayFaultKind.HOLD, 3,
            RelayFaultKind.HOLD_ANSWER, 2, RelayFaultKind.SLOW, 2, RelayFaultKind.STALL, 1,
            RelayFaultKind.HOLD_AND_KILL, 1, RelayFaultKind.HOLD_AND_STOP, 1);

    private static final List<RelayFaultTarget> TARGETS = List.of(RelayFaultTarget.EVENTS, RelayFaultTarget.INSERTS,
            RelayFaultTarget.INSERTS, RelayFaultTarget.QUERIES);

    private record Card(DisturbanceKind kind, List<String> parts) {}

    Plan {
        disturbances = disturbances.stream().sorted(Comparator.comparing(Disturbance::at)).toList();
        relayFaults = List.copyOf(relayFaults);
        visits = List.copyOf(visits);
    }

    /// Disturbs a process every 15 to 25 s and the network every 2 to 3.5 s.
    ///
    /// Partitions move by turns: another sink joins, it leaves, and a service restarts, whose partitions of the
    /// topology move too.
    ///
    /// @param moves the time from one move of partitions to the next; zero for no moves
    static Plan random(long seed, Duration length, int services, Duration moves) {
        List<Disturbance> disturbances = new ArrayList<>(disturbances(new Random(seed), length, services));
        List<Visit> visits = new ArrayList<>();
        for (Duration at = moves; moves.isPositive() && isEarly(at.plus(moves.multipliedBy(2)), length); at = at
                .plus(moves.multipliedBy(3))) {
            visits.add(new Visit(at, moves));
            disturbances.add(new Disturbance(at.plus(moves.multipliedBy(2)), RESTART,
                    List.of(service(visits.size() % services)), Duration.ZERO));
        }
        return new Plan(length, disturbances, relayFaults(new Random(~seed), length), visits);
    }

    /// Draws from a shuffled deck with every kind, so that a long run has all of them. A disturbance that lasts 5 to
    /// 40 s may overlap with the next ones.
    private static List<Disturbance> disturbances(Random random, Duration length, int services) {
        Supplier<Card> cards = shuffled(() -> deck(services, random), random);
        List<Disturbance> plan = new ArrayList<>();
        for (Duration at : times(random, 15_000, 25_000, length)) {
            Card card = cards.get();
            Duration lasts = card.kind.lasts() ? Duration.ofSeconds(random.nextLong(5, 41)) : Duration.ZERO;
            plan.add(new Disturbance(at, card.kind, card.parts, lasts));
        }
        return plan;
    }

    private static List<RelayFault> relayFaults(Random random, Duration length) {
        Supplier<RelayFaultKind> kinds = shuffled(() -> RELAY_FAULTS_OF_A_MINUTE.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(kind -> Collections.nCopies(kind.getValue(), kind.getKey()).stream()).toList(), random);
        List<RelayFault> plan = new ArrayList<>();
        for (Duration at : times(random, 2_000, 3_500, length)) {
            plan.add(relayFault(at, kinds.get(), random));
        }
        return plan;
    }

    private static RelayFault relayFault(Duration at, RelayFaultKind kind, Random random) {
        double share = random.nextInt(3) == 0 ? random.nextDouble() : 0;
        RelayFaultTarget target = TARGETS.get(random.nextInt(TARGETS.size()));
        RelayFaultTarget insert = random.nextBoolean() ? RelayFaultTarget.EVENTS : RelayFaultTarget.INSERTS;
        long skewed = (long) (Math.pow(random.nextDouble(), 3) * LONGEST_HOLD.toMillis());
        long late = random.nextLong(SHORTEST_LATE_HOLD.toMillis(), LONGEST_HOLD.toMillis());
        boolean atOnce = random.nextInt(4) == 0;
        return switch (kind) {
            case HOLD, HOLD_ANSWER -> new RelayFault(at, kind, target, millis(1_000 + skewed), share);
            case HOLD_AND_KILL, HOLD_AND_STOP ->
                new RelayFault(at, kind, RelayFaultTarget.EVENTS, millis(late), share);
            case SLOW -> new RelayFault(at, kind, target, millis(1_000 + skewed / 6), 0);
            case CUT_REQUEST, CUT_ANSWER ->
                new RelayFault(at, kind, target, Duration.ZERO, random.nextDouble());
            case DUPLICATE -> new RelayFault(at, kind, insert, millis(atOnce ? 0 : skewed), 0);
            case STALL -> new RelayFault(at, kind, RelayFaultTarget.QUERIES, millis(2_000 + skewed / 4), 0);
        };
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    private static List<Duration> times(Random random, long leastMillis, long mostMillis, Duration length) {
        List<Duration> times = new ArrayList<>();
        for (Duration at = Duration.ofSeconds(5); isEarly(at, length); at = at
                .plusMillis(random.nextLong(leastMillis, mostMillis))) {
            times.add(at);
        }
        return times;
    }

    private static boolean isEarly(Duration at, Duration length) {
        return at.compareTo(length.minus(QUIET_AT_THE_END)) < 0;
    }

    /// Gives all cards of a deck in random order, then those of another deck.
    private static <T> Supplier<T> shuffled(Supplier<? extends Collection<T>> decks, Random random) {
        Deque<T> deck = new ArrayDeque<>();
        return () -> {
            if (deck.isEmpty()) {
                List<T> cards = new ArrayList<>(decks.get());
                Collections.shuffle(cards, random);
                deck.addAll(cards);
            }
            return deck.pop();
        };
    }

    /// A minute with a kill of a service, of the broker and of the engine, a stop, and a kill of all together. The
    /// first fault of the network delivers the insert of a killed sink after all others.
    static Plan shortOne(int services) {
        List<String> all = Stream.concat(services(services).stream(), Stream.of(KAFKA, CLICKHOUSE)).toList();
        String last = service(services - 1);
        return new Plan(Duration.ofSeconds(34), List.of(
                new Disturbance(Duration.ofSeconds(2), KILL, List.of(service(0)), Duration.ZERO),
                new Disturbance(Duration.ofSeconds(11), KILL, List.of(CLICKHOUSE), Duration.ZERO),
                new Disturbance(Duration.ofSeconds(14), KILL, List.of(KAFKA), Duration.ZERO),
                new Disturbance(Duration.ofSeconds(20), STOP, List.of(last), Duration.ofSeconds(5)),
                new Disturbance(Duration.ofSeconds(29), KILL, all, Duration.ZERO)),
                List.of(eventsFault(3, RelayFaultKind.HOLD_AND_KILL, 1_000, 0),
                        eventsFault(6, RelayFaultKind.DUPLICATE, 6, 0),
                        eventsFault(8, RelayFaultKind.CUT_ANSWER, 0, 0.5),
                        eventsFault(9, RelayFaultKind.CUT_REQUEST, 0, 0.7),
                        eventsFault(10, RelayFaultKind.HOLD, 2, 0.5)),
                List.of(new Visit(Duration.ofSeconds(6), Duration.ofSeconds(10))));
    }

    private static RelayFault eventsFault(int atSeconds, RelayFaultKind kind, int seconds, double share) {
        return new RelayFault(Duration.ofSeconds(atSeconds), kind, RelayFaultTarget.EVENTS,
                Duration.ofSeconds(seconds), share);
    }

    private static String service(int index) {
        return "service-" + (index + 1);
    }

    private static List<String> services(int count) {
        return IntStream.range(0, count).mapToObj(Plan::service).toList();
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
