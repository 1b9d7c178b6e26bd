package com.fanfinity.analytics.shipping;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The list of versions that must not be used.
final class WithdrawnVersions {

    private static final Pattern RANGE = Pattern.compile("\\[([^,]+),([^)]+)\\)|([^,\\[\\]()]+)");

    /// One artifact with the versions that must not be used.
    ///
    /// @param artifact its name without the group, or `npm:` and the name of a package
    record Entry(String artifact, String versions, String reason) {
        boolean contains(String version) {
            Version asked = Version.parse(version);
            for (Matcher range = RANGE.matcher(versions); range.find();) {
                String single = range.group(3);
                if (single == null
                        ? asked.compareTo(Version.parse(requireNonNull(range.group(1)))) >= 0
                                && asked.compareTo(Version.parse(requireNonNull(range.group(2)))) < 0
                        : asked.compareTo(Version.parse(single)) == 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    /// @param text one line each: artifact, versions, reason, separated by tabs; `#` begins a comment
    WithdrawnVersions(String text) {
        for (String line : text.lines().filter(each -> !each.startsWith("#") && !each.isBlank()).toList()) {
            String[] columns = line.split("\t", -1);
            if (columns.length != 3) {
                throw new IllegalArgumentException("three columns expected: " + line);
            }
            entries.add(new Entry(columns[0], columns[1], columns[2]));
        }
    }

    static WithdrawnVersions read() throws IOException {
        return new WithdrawnVersions(Yaml.read("src/test/resources/shipping/withdrawn.tsv"));
    }

    int size() {
        return entries.size();
    }

    /// @return a sentence if the version is on the list
    Optional<String> fault(String artifact, String version) {
        return entries.stream().filter(entry -> entry.artifact.equals(artifact) && entry.contains(version)).findFirst()
                .map(entry -> artifact + " " + version + ": " + entry.reason);
    }
}
