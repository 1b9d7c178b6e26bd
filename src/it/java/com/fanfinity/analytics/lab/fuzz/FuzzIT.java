package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import com.fanfinity.analytics.lab.hostile.Target;

/// A short run of the fuzzer with a fixed seed.
@Tag("slow")
class FuzzIT {

    private static final long SEED = 16;
    private static final int INPUTS = 20_000;

    @Test
    void inputs_ofOneSeed_breakNoRule(TestReporter reporter) throws Exception {
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        boolean held;
        try (Target target = Target.start("fuzz-it", Map.of());
                PrintStream out = new PrintStream(report, true, UTF_8)) {
            held = new FuzzRun(target, SEED, FuzzRun.Limits.DEFAULT).run(0, INPUTS, out);
        }
        reporter.publishEntry(report.toString(UTF_8));
        assertTrue(held, () -> report.toString(UTF_8));
    }
}
