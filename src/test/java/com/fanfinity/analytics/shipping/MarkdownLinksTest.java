package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Markdown;

/// Every relative link in every document leads to an existing file and heading.
class MarkdownLinksTest {

    private static final Path ROOT = ProjectDir.find();
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

    private static List<Path> pages() throws IOException {
        Set<String> skipped = Set.of("node_modules", "target", ".git", ".local");
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> skipped.stream().noneMatch(ROOT.relativize(file).toString()::contains)).sorted()
                    .toList();
        }
    }

    @Test
    void links_all_resolve() throws IOException {
        Set<String> dead = new TreeSet<>();
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
                links++;
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
                boolean found = Files.exists(target) && (link.group(2) == null
                        || Markdown.anchors(Files.readString(target)).contains(link.group(2)));
                if (!found) {
                    dead.add(ROOT.relativize(page) + " links to " + link.group());
                }
            }
        }

        assertEquals(Set.of(), dead);
        assertTrue(links > 100, "links were found");
    }
}
