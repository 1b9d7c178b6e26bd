package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The wall clock of one other process, which a test can set: Debian's libfaketime, loaded into it. Its monotonic clock goes on as it does
/// when a machine's clock is set.
final class SteppedClock {

    private static final List<Path> PLACES = List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"));

    private final Path library;
    private final Path offset;

    private SteppedClock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /// A clock that is right at first. Where libfaketime is missing the test is skipped, or fails if the environment says `REQUIRE_ALL=1`.
    static SteppedClock in(Path directory) throws IOException {
        SteppedClock clock = new SteppedClock(library(), directory.resolve("clock"));
        clock.set(Duration.ZERO);
        return clock;
    }

    /// What the process needs in its environment.
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "FAKETIME_TIMESTAMP_FILE", offset.toString(), "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }

    /// The process sees it within a second or two.
    void set(Duration fromTheRightTime) throws IOException {
        Path next = Files.writeString(offset.resolveSibling("clock.next"), "%+d%n".formatted(fromTheRightTime.toSeconds()));
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path library() throws IOException {
        for (Path place : PLACES) {
            try (Stream<Path> files = Files.find(place, 3, (file, _) -> file.endsWith("faketime/libfaketime.so.1"))) {
                var found = files.findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        String missing = "no libfaketime.so.1 below " + PLACES + ": `make tools` installs it";
        return "1".equals(System.getenv("REQUIRE_ALL")) ? fail(missing) : abort(missing);
    }
}
