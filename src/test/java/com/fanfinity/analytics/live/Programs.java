package com.fanfinity.analytics.live;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Programs of the machine that some tests need.
final class Programs {

    private Programs() {}

    static Optional<Path> find(String name) {
        return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name)).filter(Files::isExecutable).findFirst();
    }

    /// Skips the test, or fails it if the environment says `REQUIRE_ALL=1`.
    static Path missing(String what) {
        String message = what + "; `make tools` installs what tests need";
        return "1".equals(System.getenv("REQUIRE_ALL")) ? fail(message) : abort(message);
    }
}
