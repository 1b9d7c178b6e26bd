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

/// The pages' own rules (clock, momentum, reactions, formats, …), which need no browser: `src/test/js`, run by Node's test runner.
class ScriptsTest {
    private static final long LIMIT_SECONDS = 60;

    @Test
    void rules_ofThePages_hold(@TempDir Path temp) throws IOException, InterruptedException {
        Path node = Requirements.program("node");
        Path out = temp.resolve("out");
        Process process = new ProcessBuilder(node.toString(), "--test", "src/test/js/").directory(ProjectDir.find().toFile())
                .redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the scripts' tests end");
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(out, UTF_8);
        assertEquals(0, process.exitValue(), said);
        assertTrue(said.contains("periodsOf_startsAndEnds_areIntervals"), "the tests were found:\n" + said);
    }
}
