package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.ChildProcess;

/// Any main class of this class path in its own JVM, without a check that it is ready.
public final class ProgramProcess extends StackComponent {
    private final String mainClass;
    private final List<String> jvmOptions;
    private final List<String> arguments;
    private final Path log;

    private ProgramProcess(String name, String mainClass, List<String> jvmOptions, List<String> arguments, Path log) {
        super(name, Duration.ofSeconds(5));
        this.mainClass = mainClass;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.arguments = List.copyOf(arguments);
        this.log = log;
    }

    public static ProgramProcess start(String name, String mainClass, List<String> jvmOptions, List<String> arguments,
            Path log)
            throws IOException, InterruptedException {
        ProgramProcess program = new ProgramProcess(name, mainClass, jvmOptions, arguments, log);
        program.restart();
        return program;
    }

    @Override
    ChildProcess launch() throws IOException {
        return ChildProcess.java(name(), log, jvmOptions, Map.of(), mainClass, arguments);
    }

    @Override
    void awaitReady(ChildProcess started) {
        // Only the caller can know when the program is ready.
    }
}
