package com.fanfinity.analytics.lab.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The rows of every INSERT that became a part, so that no merge can hide a doubled row. A ReplacingMergeTree drops it
/// when two parts merge, and from then on `count()` is right again. ClickHouse lists merged parts for some time.
///
/// Not thread-safe.
final class PartHistory {

    /// A row of `system.parts`. A part of one INSERT has one block; a merged part has a range of blocks.
    record Part(String table, String partition, long firstBlock, long lastBlock, long rows, boolean active) {

        static final String COLUMNS = "table, partition_id, min_block_number, max_block_number, rows, active";

        /// @param row these columns, tab-separated
        static Part of(String row) {
            String[] columns = row.split("\t", -1);
            return new Part(columns[0], columns[1], Long.parseLong(columns[2]), Long.parseLong(columns[3]),
                    Long.parseLong(columns[4]), columns[5].equals("1"));
        }

        private boolean isOneInsert() {
            return firstBlock == lastBlock;
        }

        private String place() {
            return table + " " + partition;
        }
    }

    private final Map<String, NavigableMap<Long, Long>> inserted = new HashMap<>();

    /// @param parts active parts, and at least those that became inactive since the last call
    /// @return a sentence for each active part with fewer rows than were inserted
    List<String> shrunken(List<Part> parts) {
        parts.stream().filter(Part::isOneInsert).forEach(part -> inserted
                .computeIfAbsent(part.place(), _ -> new TreeMap<>()).merge(part.firstBlock(), part.rows(), Math::max));
        List<String> sentences = new ArrayList<>();
        for (Part part : parts) {
            long rows = inserted.getOrDefault(part.place(), new TreeMap<>())
                    .subMap(part.firstBlock(), true, part.lastBlock(), true).values().stream().mapToLong(Long::valueOf)
                    .sum();
            if (part.active() && part.rows() < rows) {
                sentences.add(
                        "merge in %s: blocks %d to %d had %d rows and now have %d, so it hid doubled rows".formatted(
                                part.place(), part.firstBlock(), part.lastBlock(), rows, part.rows()));
            }
        }
        return sentences;
    }
}
