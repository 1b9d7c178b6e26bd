package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that `make tools` installs.
public final class Program {

    private final String path;

    private Program(String path) {
        this.path = path;
    }

    /// @param output standard output and standard error
    public record Result(int exitCode, String output) {}

    /// Like [Requirements#program].
    public static Program find(String name) {
        return new Program(Requirements.program(name).toString());
    }

    /// Runs the program to its end.
    ///
    /// @param input its standard input
    /// @throws AssertionError if it does not end within `limit`
    public Result run(Duration limit, Path directory, String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(path));
        command.addAll(List.of(arguments));
        Path in = Files.createTempFile("program", ".in");
        Path out = Files.createTempFile("program", ".out");
        try {
            Files.writeString(in, input);
            Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile()).start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not end within " + limit + ": " + command);
            }
            return new Result(process.exitValue(), Files.readString(out, UTF_8));
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }
}
