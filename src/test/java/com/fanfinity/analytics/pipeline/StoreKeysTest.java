package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class StoreKeysTest {

    private static final List<Long> EDGES = List.of(Long.MIN_VALUE, -1L, 0L, 1L, 255L, 256L, Long.MAX_VALUE);

    private static long number(Random random) {
        return random.nextInt(4) == 0
                ? EDGES.get(random.nextInt(EDGES.size()))
                : random.nextLong() >> random.nextInt(64);
    }

    @Test
    void numbered_anyTwoNumbers_orderAsTheNumbersDo() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long one = number(random);
            long other = number(random);

            int order = StoreKeys.numbered("m", one).compareTo(StoreKeys.numbered("m", other));

            assertEquals(Long.compare(one, other), Integer.signum(order), () -> "seed 7: " + one + " and " + other);
        }
    }

    @Test
    void numberOf_keyOfANumber_isTheNumber() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            long number = number(random);

            assertEquals(number, StoreKeys.numberOf(StoreKeys.numbered("a-match", number)), "seed 8");
        }
    }

    @Test
    void timed_anyTwo_orderByTimeAndThenByIdentityAsText() {
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            long at = number(random);
            long otherAt = random.nextBoolean() ? at : number(random);
            UUID id = new UUID(random.nextLong(), random.nextLong());
            UUID otherId = new UUID(random.nextLong(), random.nextLong());

            int order = StoreKeys.timed("m", at, id).compareTo(StoreKeys.timed("m", otherAt, otherId));

            int expected = at == otherAt ? id.toString().compareTo(otherId.toString()) : Long.compare(at, otherAt);
            assertEquals(Integer.signum(expected), Integer.signum(order), "seed 9");
        }
    }

    @Test
    void firstAndLast_keysOfTheMatchAndOfOthers_holdExactlyThoseOfTheMatch() {
        Random random = new Random(10);
        List<String> others = List.of("n", "l", "ma", "m-", "m.", "m:", "m_", "mm", "M", "m0", "mz");
        Bytes first = StoreKeys.first("m");
        Bytes last = StoreKeys.last("m");
        for (int i = 0; i < 2_000; i++) {
            Bytes own = StoreKeys.numbered("m", number(random));
            Bytes others1 = StoreKeys.numbered(others.get(random.nextInt(others.size())), number(random));

            assertTrue(own.compareTo(first) > 0 && own.compareTo(last) < 0, () -> "seed 10: " + own);
            assertTrue(others1.compareTo(first) < 0 || others1.compareTo(last) > 0, () -> "seed 10: " + others1);
        }
    }

    @Test
    void listed_keysOfTheMatchAndOfOthers_areApartFromAllElse() {
        Random random = new Random(11);
        List<String> others = List.of("n", "l", "ma", "m-", "m.", "m:", "m_", "mm", "M", "m0", "mz");
        Bytes first = StoreKeys.firstListed("m");
        Bytes last = StoreKeys.lastListed("m");
        for (int i = 0; i < 2_000; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            long at = number(random);
            Bytes own = StoreKeys.listed("m", at, id);
            Bytes ownMoment = StoreKeys.event("m", id);
            Bytes another = StoreKeys.listed(others.get(random.nextInt(others.size())), number(random), id);
            Bytes later = StoreKeys.listed("m", number(random), id);

            assertTrue(own.compareTo(first) > 0 && own.compareTo(last) < 0, () -> "seed 11: " + own);
            assertTrue(ownMoment.compareTo(StoreKeys.first("m")) > 0 && ownMoment.compareTo(first) < 0,
                    () -> "seed 11: " + ownMoment);
            assertTrue(another.compareTo(StoreKeys.first("m")) < 0 || another.compareTo(last) > 0,
                    () -> "seed 11: " + another);
            assertEquals(StoreKeys.timed("m", at, id).compareTo(StoreKeys.timed("m", 5, id)) > 0,
                    own.compareTo(StoreKeys.listed("m", 5, id)) > 0, () -> "seed 11: " + later);
        }
    }

    @Test
    void event_sameIdInTwoMatches_areTwoKeys() {
        UUID id = new UUID(1, 2);

        assertTrue(!StoreKeys.event("m", id).equals(StoreKeys.event("n", id)));
        assertEquals(StoreKeys.event("m", id), StoreKeys.event("m", new UUID(1, 2)));
    }

    @Test
    void matchOf_match_isItsName() {
        assertEquals("a.B_c:1-2", StoreKeys.matchOf(StoreKeys.match("a.B_c:1-2")));
    }
}
