package com.fanfinity.analytics.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.List;

import com.fanfinity.analytics.lab.verify.SharedData;
import com.fanfinity.analytics.lab.verify.SharedData.RecordedMatch;
import com.fanfinity.analytics.stack.process.PathLookup;

/// Programs and data that a test needs and a machine may lack.
public final class Requirements {

    private Requirements() {}

    /// A program on the PATH. Without it the test is skipped, or fails if the environment has `REQUIRE_ALL=1`.
    public static Path program(String name) {
        return PathLookup.find(name).orElseGet(() -> {
            String message = "there is no " + name + " on the PATH; `make tools` installs it";
            return "1".equals(System.getenv("REQUIRE_ALL")) ? fail(message) : abort(message);
        });
    }

    /// All recorded matches. Without them the test is always skipped, because no tool can install them.
    public static List<RecordedMatch> recordedMatches() {
        List<RecordedMatch> matches = SharedData.matches();
        return matches.isEmpty() ? abort("there are no recorded matches beside the project") : matches;
    }
}
