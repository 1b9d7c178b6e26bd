package com.fanfinity.analytics.lab.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A container of the image with minimal rights: read-only root, no capabilities, not root, 512 MB, and a /tmp without
/// execution. It shares the network of this machine, because broker and engine listen on loopback.
final class Podman {

    private static final List<String> CONFINED = List.of("--network=host", "--read-only", "--cap-drop=all",
            "--security-opt=no-new-privileges", "--user=10001:10001", "--memory=512m", "--memory-swap=512m",
            "--pids-limit=512",
            "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=16m", "--ulimit=nofile=16384:16384", "--ulimit=nproc=4096:4096");

    private final List<String> podman;
    private final String name;

    /// @param podman the program and its global options, such as `--runtime`
    Podman(List<String> podman, String name) {
        this.podman = List.copyOf(podman);
        this.name = name;
    }

    /// Starts the container and returns at once.
    ///
    /// @param arguments replace the arguments of the image, if there are any
    void run(String image, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--name=" + name));
        command.addAll(CONFINED);
        new TreeMap<>(environment).forEach((variable, value) -> command.add("--env=" + variable + "=" + value));
        command.add(image);
        command.addAll(arguments);
        said(command);
    }

    String inspect(String format) throws IOException, InterruptedException {
        return said(List.of("inspect", "--format", format, name));
    }

    /// @return the exit code
    int exec(List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(podman);
        all.addAll(List.of("exec", name));
        all.addAll(command);
        return new ProcessBuilder(all).inheritIO().start().waitFor();
    }

    /// Sends SIGTERM, then SIGKILL after 25 s, and returns the exit code.
    int stop() throws IOException, InterruptedException {
        said(List.of("stop", "--time=25", name));
        return Integer.parseInt(inspect("{{.State.ExitCode}}"));
    }

    String logs() throws IOException, InterruptedException {
        return said(List.of("logs", name));
    }

    void remove() throws IOException, InterruptedException {
        said(List.of("rm", "--force", "--volumes", "--ignore", name));
    }

    /// A field of the status of the container's first process, such as `Uid` or `CapEff`.
    String status(String key) throws IOException, InterruptedException {
        return Files.readAllLines(Path.of("/proc", pid(), "status")).stream().filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip().split("\\s+", -1)[0]).findFirst().orElseThrow();
    }

    /// CPU time so far, in ms.
    long cpu() throws IOException, InterruptedException {
        String[] fields = Files.readString(Path.of("/proc", pid(), "stat")).replaceFirst(".*\\) ", "").split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
    }

    private String pid() throws IOException, InterruptedException {
        return inspect("{{.State.Pid}}");
    }

    private String said(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(podman);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " ended with " + process.exitValue() + ":\n" + output);
        }
        return output;
    }
}
