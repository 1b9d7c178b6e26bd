package com.fanfinity.analytics.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.chaos.PartHistory.Part;

class PartHistoryTest {

    private final PartHistory history = new PartHistory();

    @Test
    void merge_allRowsKept_isRight() {
        assertEquals(List.of(), history.shrunken(parts("a 1 1 10 1", "a 2 2 5 1", "b 1 1 7 1")));
        assertEquals(List.of(), history.shrunken(parts("a 1 2 15 1", "b 1 1 7 1")));
        assertEquals(List.of(), history.shrunken(parts("a 1 3 16 1", "a 3 3 1 0", "b 1 1 7 1")));
    }

    /// The inserts were never seen as active parts.
    @Test
    void merge_rowsDropped_isReportedByBlocks() {
        assertEquals(List.of(), history.shrunken(parts("a 1 1 10 1")));

        List<String> found = history.shrunken(parts("a 1 3 15 1", "a 2 2 5 0", "a 3 3 2 0"));

        assertEquals(List.of(
                "merge in match_events a: blocks 1 to 3 had 17 rows and now have 15, so it hid doubled rows"), found);
        assertEquals(found, history.shrunken(parts("a 1 3 15 1")), "also when the inserts are no longer listed");
    }

    private static List<Part> parts(String... rows) {
        return List.of(rows).stream().map(row -> Part.of("match_events\t" + row.replace(' ', '\t'))).toList();
    }
}
