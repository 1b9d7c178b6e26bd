package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Requirements;

/// Runs the tests in `src/test/js` with Node's test runner. They cover the page logic that needs no browser: clock,
/// momentum, reactions, formats and others.
class ScriptsTest {
    private static final long LIMIT_SECONDS = 60;

    @Test
    void scripts_ofThePages_passTheirTests(@TempDir Path temp) throws IOException, InterruptedException {
        Path node = Requirements.program("node");
        Path out = temp.resolve("out");
        Process process = new ProcessBuilder(node.toString(), "--test", "src/test/js/")
                .directory(ProjectDir.find().toFile())
                .redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the Node tests did not end in time");
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(out, UTF_8);
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.contains("periodsOf_startsAndEnds_areIntervals"), "Node did not run the tests:\n" + output);
    }
}
