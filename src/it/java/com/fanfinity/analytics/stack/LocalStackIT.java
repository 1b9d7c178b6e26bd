package com.fanfinity.analytics.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.Main;
import com.fanfinity.analytics.lab.faults.StandInService;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.testing.Program;

/// `make dev` from outside: console, pid files, ports and exit codes. [StandInService] replaces the service.
@Tag("slow")
class LocalStackIT {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(40);
    private static final List<String> PARTS = List.of("service", "kafka", "clickhouse");

    private final List<Process> started = new ArrayList<>();
    private final Map<String, String> ports = Map.of("HTTP_PORT", port(), "KAFKA_PORT", port(), "CLICKHOUSE_PORT",
            port());
    @TempDir
    private Path home;

    @BeforeAll
    static void requireEngine() throws InterruptedException {
        EngineProgram.choose();
    }

    @AfterEach
    void killRemainingProcesses() {
        for (Process process : started) {
            process.destroyForcibly();
            process.onExit().join();
        }
        PARTS.forEach(part -> Await.until(STOP, part + " is gone", () -> !alive(part)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void signal_anyInheritedDisposition_endsAllProcessesCleanly(String signal) throws Exception {
        Process stack = up();
        assertEquals(
                "127.0.0.1:%s http://127.0.0.1:%s".formatted(ports.get("KAFKA_PORT"), ports.get("CLICKHOUSE_PORT")),
                Files.readString(home.resolve("data/streams/environment")));
        List<ProcessHandle> children = PARTS.stream().map(this::pid).map(pid -> ProcessHandle.of(pid).orElseThrow())
                .toList();

        assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(stack.pid())).start().waitFor());

        assertTrue(stack.waitFor(STOP.toSeconds(), TimeUnit.SECONDS), this::console);
        assertEquals(0, stack.exitValue(), this::console);
        assertEquals(List.of(), children.stream().filter(ProcessHandle::isAlive).toList());
        assertEquals(List.of(), pidFiles());
        assertTrue(console().indexOf("Ending service") < console().indexOf("Ending kafka"), this::console);
        for (String port : ports.values()) {
            assertTrue(Ports.isFree(Integer.parseInt(port)));
        }
    }

    @Test
    void components_killed_areRestarted() throws Exception {
        up();
        for (String part : PARTS) {
            long before = pid(part);

            ProcessHandle.of(before).orElseThrow().destroyForcibly();

            Await.until(START, part + " has a new pid", () -> pid(part) != before && alive(part));
            assertTrue(console().contains(part + " (pid " + before + ") ended with exit code 137"), this::console);
            Await.until(START, "the console reports the restart",
                    () -> console().contains(part + " restarted as pid " + pid(part)));
        }
    }

    @Test
    void stack_killed_leavesNoOrphansAndTheNextOneStarts() throws Exception {
        Process first = up();
        long kafka = pid("kafka");

        first.destroyForcibly().waitFor();

        PARTS.forEach(part -> Await.until(Duration.ofSeconds(5), part + " ended with its parent", () -> !alive(part)));
        assertEquals(3, pidFiles().size(), "pid files of the killed stack remain, or this test proves nothing");
        up();
        assertTrue(pid("kafka") != kafka);
    }

    @Test
    void start_secondStackInTheSameDirectory_isRejected() throws Exception {
        up();

        Process second = start(Map.of("HTTP_PORT", port(), "KAFKA_PORT", port(), "CLICKHOUSE_PORT", port()));

        assertTrue(second.waitFor(20, TimeUnit.SECONDS));
        assertEquals(1, second.exitValue());
        assertTrue(console().contains("already runs"), this::console);
        PARTS.forEach(part -> assertTrue(alive(part), part));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_PORT", "KAFKA_PORT", "CLICKHOUSE_PORT"})
    void start_portInUse_namesThePortAndTheVariable(String variable) throws Exception {
        int port = Integer.parseInt(String.valueOf(ports.get(variable)));
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(Ports.loopback(port));

            Process stack = start(ports);

            assertTrue(stack.waitFor(20, TimeUnit.SECONDS), this::console);
            assertEquals(1, stack.exitValue());
            assertTrue(console().contains("port " + port) && console().contains(variable + "="), this::console);
            assertFalse(console().contains("Starting"), this::console);
        }
    }

    /// The lines that `make dev` prints under "Try", run literally against the real service.
    @Test
    void tryLines_runLiterally_giveAMatchWithNames() throws Exception {
        start(ports, Main.class.getName());
        Await.until(Duration.ofMinutes(2), "the stack is ready", () -> console().contains("/pipeline"));

        List<String> lines = console().lines().map(String::strip).filter(line -> line.startsWith("curl ")).toList();
        lines.subList(0, lines.size() - 1).forEach(line -> assertEquals("", run(line + " --fail -o /dev/null"), line));

        String metrics = Await.until(START, "the goal counts", () -> run(lines.getLast()),
                body -> body.contains("\"rovers\":1"));
        assertTrue(metrics.contains("Harbour Rovers") && metrics.contains("Hilltop United"), metrics);
    }

    private static String run(String line) {
        try {
            return Program.find("sh").run(Duration.ofSeconds(20), Path.of("."), "", "-c", line).output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Process up() throws IOException {
        Process stack = start(ports);
        Await.until(START, "the stack is ready", () -> !stack.isAlive() || console().contains("Ready after"));
        assertTrue(stack.isAlive(), this::console);
        PARTS.forEach(part -> assertTrue(alive(part), part));
        return stack;
    }

    private Process start(Map<String, String> environment) throws IOException {
        return start(environment, StandInService.class.getName());
    }

    private Process start(Map<String, String> environment, String mainClass) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + StackSettings.HOME + "=" + home, "-D" + StackSettings.MAIN_CLASS + "=" + mainClass,
                LocalStack.class.getName()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(consoleFile()));
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("DEMO", "off", "CLASSPATH", System.getProperty("java.class.path")));
        builder.environment().remove("CLICKHOUSE_URL");
        InheritedSigint.restoreDefault();
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private File consoleFile() {
        return home.resolve("console").toFile();
    }

    private String console() {
        try {
            return Files.readString(consoleFile().toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private boolean alive(String part) {
        long pid = pid(part);
        return pid > 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private long pid(String part) {
        try {
            return Long.parseLong(Files.readString(home.resolve("run").resolve(part + ".pid")).strip());
        } catch (IOException _) {
            return -1;
        }
    }

    private List<String> pidFiles() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("run"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".pid")).toList();
        }
    }

    private static String port() {
        return Integer.toString(Ports.free());
    }
}
