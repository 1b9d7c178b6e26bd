package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The minutes of a match without strays.
class EdgeMinutesTest {

    /// The active minutes of a match with events in these minutes, which arrive in this order.
    private static ActiveMinutes active(List<Long> minutes) {
        EdgeMinutes edges = new EdgeMinutes();
        Map<Long, Long> counts = new TreeMap<>();
        for (long minute : minutes) {
            edges.put(minute, counts.merge(minute, 1L, Long::sum));
        }
        return edges.active(minutes.size());
    }

    /// The same from all minutes at once.
    private static ActiveMinutes expected(List<Long> minutes) {
        List<Long> sorted = minutes.stream().sorted().toList();
        int total = sorted.size();
        int strays = Math.min(2, total / 10);
        long earliest = sorted.get(strays);
        long latest = sorted.get(total - 1 - strays);
        long reach = Math.max(1, 10 * (latest - earliest + 1) / total);
        List<Long> timely = sorted.stream().filter(minute -> minute >= earliest - reach && minute <= latest + reach)
                .toList();
        return new ActiveMinutes(timely.getFirst(), timely.getLast(), latest, Collections.frequency(sorted, latest),
                timely.size());
    }

    private static List<Long> match(Random random) {
        List<Long> minutes = new ArrayList<>();
        int length = 1 + random.nextInt(100);
        for (int left = 1 + random.nextInt(200); left > 0; left--) {
            minutes.add((long) random.nextInt(length));
        }
        for (int left = random.nextInt(4); left > 0; left--) {
            minutes.add(random.nextLong(-2_000_000_000L, 2_000_000_000L) >> random.nextInt(32));
        }
        return minutes;
    }

    @Test
    void active_anyMatchInAnyOrder_isThatOfAllMinutes() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<Long> minutes = match(random);
            Collections.shuffle(minutes, random);

            assertEquals(expected(minutes), active(minutes), "seed " + seed);
        }
    }

    /// Removes the stray, and compares.
    @Test
    void active_oneStrayAnywhere_changesTheAverageByATenthAtMost() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<Long> minutes = new ArrayList<>();
            int length = 20 + random.nextInt(100);
            for (int i = 0; i < 20 * length; i++) {
                minutes.add((long) random.nextInt(length));
            }
            ActiveMinutes without = active(minutes);
            minutes.add(random.nextInt(minutes.size()), random.nextLong(-2_000_000_000L, 2_000_000_000L) >> random
                    .nextInt(32));

            ActiveMinutes with = active(minutes);

            assertEquals(without.average(), with.average(), without.average() / 10, "seed " + seed);
            assertTrue(with.currentEvents() > 2, "seed " + seed);
            assertTrue(Math.abs(without.current() - with.current()) <= 1, "seed " + seed);
        }
    }

    /// The minutes of the events, as `minute*events`.
    @ParameterizedTest
    @CsvSource({"7*1,7,7,7,1.0", "0*1 9*1,0,9,9,0.2", "0*4 59*5,0,59,59,0.2", // fewer than 10 events have no strays
        "0*9 1000*1,0,0,0,9.0", "-1000*1 0*9,0,0,0,9.0", "0*8 1000*2,0,1000,1000,0.0", // 10 events have one
        "0*18 1000*2,0,0,0,18.0", "0*17 1000*3,0,1000,1000,0.0", // 20 events have two
        "-1000*2 0*30 1000*2,0,0,0,30.0", "-5*1 0*30,0,0,0,30.0", "-1*1 0*30,-1,0,0,15.5",
        "0*20 1*20 2*1,0,2,1,13.7", "0*20 1*20 3*1,0,1,1,20.0", //
        // A match with few events: its usual gaps are no strays.
        "0*2 10*2 20*2 30*2 40*2 50*2 60*2 70*2 80*2 90*2 98*1,0,98,90,0.2",
        "0*2 10*2 20*2 30*2 40*2 50*2 60*2 70*2 80*2 90*2 110*1,0,110,90,0.2",
        "0*2 10*2 20*2 30*2 40*2 50*2 60*2 70*2 80*2 90*2 200*1,0,90,90,0.2"})
    void active_examples(String minutes, long from, long to, long current, double average) {
        List<Long> all = new ArrayList<>();
        for (String minute : minutes.split(" ", -1)) {
            String[] parts = minute.split("\\*", -1);
            all.addAll(Collections.nCopies(Integer.parseInt(parts[1]), Long.parseLong(parts[0])));
        }

        ActiveMinutes active = active(all);

        assertEquals(List.of(from, to, current, average),
                List.of(active.from(), active.to(), active.current(), active.average()));
    }

    @Test
    void toBytes_manyMinutes_areBounded() {
        EdgeMinutes edges = new EdgeMinutes();
        for (long minute = 0; minute < 100_000; minute++) {
            edges.put(minute % 2 == 0 ? minute : -minute, 1);
        }
        StateOutput out = new StateOutput(1);
        edges.writeTo(out);

        assertTrue(out.toBytes().length < 64, () -> "bytes: " + out.toBytes().length);
    }
}
