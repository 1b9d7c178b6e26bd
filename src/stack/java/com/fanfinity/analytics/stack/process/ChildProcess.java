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

/// A process beside this one: started with its output in a log file, awaited, signalled and ended within bounds.
public final class ChildProcess {
    /// Where a JVM's class path is given. Not as -cp: a command line of 8 KB hides in `ps` what runs.
    public static final String CLASSPATH = "CLASSPATH";
    /// Ctrl-C reaches the whole foreground group. Children ignore it (as under nohup), so that their parent can end them in
    /// its own order.
    private static final String IGNORING_CTRL_C = "trap '' INT HUP; exec \"$@\"";
    /// A program that is not ours cannot watch its parent: a shell beside it waits for the end of the pipe.
    public static final String ENDING_WITH_PARENT = """
            trap '' INT HUP
            exec 3<&0
            (cat <&3 >/dev/null; kill -9 $$ 2>/dev/null) &
            exec "$@" </dev/null""";
    /// What RocksDB, lz4, Kafka and the engine's library do is known and wanted.
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

    /// A condition that may fail with whatever its client fails with while the child is not ready.
    @FunctionalInterface
    public interface Ready {
        boolean get() throws Exception;
    }

    /// Starts `mainClass` in a JVM like this one that ends when this one does. Should it crash, its report is beside the log.
    ///
    /// @param jvmOptions options of the JVM, such as its heap
    /// @param environment beside this process's; [#CLASSPATH] in it replaces the class path of this JVM
    public static ChildProcess java(String name, Path log, List<String> jvmOptions, Map<String, String> environment, String mainClass,
            List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
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

    /// Starts any other program; `script` is run by sh with the command as its arguments and ends in an exec of it.
    public static ChildProcess start(String name, Path log, Map<String, String> environment, String script, List<String> command)
            throws IOException {
        Path parent = log.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        List<String> shell = new ArrayList<>(List.of("sh", "-c", script, name));
        shell.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(shell).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        // A debugger or an agent of the parent (JaCoCo, a profiler) is not meant for the child.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new ChildProcess(name, log, builder.start());
    }

    /// Waits until `ready` is true. A child that ends before that, and one that takes longer than `limit`, are failures
    /// that carry the end of the log; the child is then killed.
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

    /// SIGKILL, and returns when the process is gone and its ports are free.
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

    /// SIGTERM, and SIGKILL if that is not enough. A paused process is resumed first, or it would not hear it.
    public void stop(Duration limit) {
        if (!process.isAlive()) {
            return;
        }
        resume();
        // Not Process.destroy(): it closes the pipe too, by whose end the child knows that its parent is gone.
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
