package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/// Holds the threat model to the tests and to its own diagram.
class ThreatsTest {

    private static final Pattern ARROW = Pattern.compile("-- \"([A-Z]): ([^\"]+)\" -->");
    private static final Pattern SECTION = Pattern.compile("(?m)^## ([A-Z]: .+)$");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");
    private static final String LETTERS = "STRIDE";

    private record Row(String section, String letter, String threat, String answer, String tests) {}

    private static String page() throws IOException {
        return Yaml.read("docs/THREATS.md");
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String section = "";
        for (String line : page().lines().toList()) {
            if (line.startsWith("## ")) {
                section = line.substring(3);
            }
            String[] cells = line.split("\\|", -1);
            if (cells.length == 6 && cells[1].strip().matches("[STRIDE]")) {
                rows.add(new Row(section, cells[1].strip(), cells[2].strip(), cells[3].strip(), cells[4].strip()));
            }
        }
        return rows;
    }

    @Test
    void sections_areTheArrowsOfTheDiagram() throws IOException {
        Set<String> arrows = ARROW.matcher(page()).results().map(arrow -> arrow.group(1) + ": " + arrow.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> sections = SECTION.matcher(page()).results().map(section -> section.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(arrows, sections);
        assertTrue(arrows.size() >= 6, arrows.toString());
    }

    @Test
    void everyArrow_hasARowForEachLetter() throws IOException {
        Map<String, Set<String>> letters = new TreeMap<>();
        rows().forEach(row -> letters.computeIfAbsent(row.section, _ -> new TreeSet<>()).add(row.letter));
        Set<String> all = Stream.of(LETTERS.split("", -1)).filter(letter -> !letter.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));

        letters.forEach((section, found) -> assertEquals(all, found, section));
        assertEquals(SECTION.matcher(page()).results().count(), letters.size());
    }

    @Test
    void everyRow_namesTestsThatExist() throws IOException {
        Set<String> existing = tests();
        List<String> faults = new ArrayList<>();
        for (Row row : rows()) {
            Matcher named = TEST.matcher(row.tests);
            int count = 0;
            while (named.find()) {
                count++;
                if (!existing.contains(named.group(1))) {
                    faults.add(row.threat + " names a test that does not exist: " + named.group(1));
                }
            }
            if (count == 0 || row.answer.isEmpty()) {
                faults.add(row.threat + " has no answer or no test");
            }
        }
        assertEquals(List.of(), faults);
    }

    private static Set<String> tests() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String root : List.of("src/test/java", "src/it/java")) {
            try (Stream<Path> files = Files.walk(Yaml.path(root))) {
                files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                        .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
            }
        }
        return names;
    }
}
