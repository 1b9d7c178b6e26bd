package com.fanfinity.analytics.lab.instances;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The log of an instance since the last read.
final class ServiceLog {

    /// Messages of this build and of earlier ones about stored state that they cannot read.
    private static final Pattern UNREADABLE = Pattern
            .compile("stored (?:state|identity)\\b.*?(?:cannot be read|this code reads version \\d+)");
    private static final Pattern ERROR = Pattern.compile("(?:^|[\\s\\[])ERROR[\\s\\]]");

    /// @param unreadable messages about unreadable stored state, without repeats
    /// @param errors the number of entries of level
    record News(List<String> unreadable, List<String> errors) {}

    private final Path file;
    private long position;

    ServiceLog(Path file) {
        this.file = file;
    }

    News news() throws IOException {
        List<String> lines = newLines();
        return new News(
                lines.stream().flatMap(line -> UNREADABLE.matcher(line).results().map(MatchResult::group)).distinct()
                        .toList(),
                lines.stream().filter(line -> ERROR.matcher(line).find()).toList());
    }

    /// Reads whole lines. An unfinished line is left for the next read.
    private List<String> newLines() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(in.length() - position)];
            in.seek(position);
            in.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            position += end;
            return new String(bytes, 0, end, UTF_8).lines().toList();
        }
    }
}
