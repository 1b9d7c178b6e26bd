package com.fanfinity.analytics.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/// A child process with its output in a log file.
public final class ChildProcess {
    /// The environment variable for a JVM's class path. With -cp, `ps` would show 8 KB of class path.
    public static final String CLASSPATH = "CLASSPATH";
    /// Ctrl-C reaches the whole foreground process group. Children ignore it, so that their parent can end them in
    /// order.
    private static final String IGNORING_CTRL_C = "trap '' INT HUP; exec \"$@\"";
    /// For a program that does not watch its parent: a shell beside it waits for the end of the pipe.
    public static final String ENDING_WITH_PARENT = """
            trap '' INT HUP
            exec 3<&0
            (cat <&3 >/dev/null; kill -9 $$ 2>/dev/null) &
            exec "$@" </dev/null""";
    /// RocksDB, lz4, Kafka and the engine's library use native access and Unsafe.
    private static final List<String> NO_WARNINGS = List.of("--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int TAIL_BYTES = 4_000;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /// A condition. While the child is not ready, it may throw any exception of a client.
    @FunctionalInterface
    public interface Ready {
        boolean get() throws Exception;
    }

    /// Starts `mainClass` in a JVM that ends when this one does. A crash report is written beside the log.
    ///
    /// @param environment added to the environment of this process; [#CLASSPATH] in it replaces the class path of this
    ///     JVM
    public static ChildProcess java(String name, Path log, List<String> jvmOptions, Map<String, String> environment,
            String mainClass,
            List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(NO_WARNINGS);
        command.add("-XX:ErrorFile=" + log.toAbsolutePath().resolveSibling("hs_err_" + name + "_pid%p.log"));
        command.addAll(jvmOptions);
        command.add(Child.class.getName());
        command.add(mainClass);
        command.addAll(arguments);
        Map<String, String> withClassPath = new HashMap<>(environment);
        withClassPath.putIfAbsent(CLASSPATH, System.getProperty("java.class.path"));
        return start(name, log, withClassPath, IGNORING_CTRL_C, command);
    }

    /// Starts any other program: `sh` runs `script` with the command as its arguments, and the script ends with an exec
    /// of it.
    public static ChildProcess start(String name, Path log, Map<String, String> environment, String script,
            List<String> command)
            throws IOException {
        Path parent = log.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        List<String> shell = new ArrayList<>(List.of("sh", "-c", script, name));
        shell.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(shell).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // That of the parent may contain a debugger or an agent for the parent alone.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        return new ChildProcess(name, log, builder.start());
    }

    /// Waits until `ready` is true.
    ///
    /// @throws IllegalStateException with the end of the log, if the child ends or `limit` passes first; the child is
    ///     then killed
    public void awaitReady(Duration limit, Ready ready) throws InterruptedException {
        boolean done = false;
        try {
            pollUntilReady(limit, ready);
            done = true;
        } finally {
            if (!done) {
                kill();
            }
        }
    }

    private void pollUntilReady(Duration limit, Ready ready) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw notReady("ended with exit code " + process.exitValue() + " before it was ready", last);
            }
            try {
                if (ready.get()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
        }
        throw notReady("was not ready after " + limit.toSeconds() + " s", last);
    }

    private IllegalStateException notReady(String how, @Nullable Exception last) {
        return new IllegalStateException("%s %s; the end of %s:%n%s".formatted(name, how, log, logTail()), last);
    }

    public long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    public CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /// Sends SIGKILL and returns when the process has ended and its ports are free.
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// SIGSTOP: the process holds its connections and answers nothing.
    public void pause() {
        signal("STOP");
    }

    /// SIGCONT.
    public void resume() {
        signal("CONT");
    }

    /// Sends SIGTERM, and SIGKILL after `limit`. Resumes a paused process first, which would not receive SIGTERM.
    public void stop(Duration limit) {
        if (!process.isAlive()) {
            return;
        }
        resume();
        // Not Process.destroy(), which also closes the pipe, so that the child halts at once.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException _) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String signal) {
        if (!process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid()).inheritIO().start().onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send SIG" + signal + " to " + name, e);
        }
    }

    public String logTail() {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = Math.max(0, all.length - TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }
}
