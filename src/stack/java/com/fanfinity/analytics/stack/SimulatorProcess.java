package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.ChildProcess;

/// Sends simulated matches to the service. Referenced by name, because `make dev` also runs without it.
final class SimulatorProcess extends StackComponent {
    private static final String MAIN_CLASS = "com.fanfinity.analytics.simulator.Simulator";

    private final String targetUrl;
    private final Path log;

    private SimulatorProcess(String targetUrl, Path log) {
        super("simulator", Duration.ofSeconds(5));
        this.targetUrl = targetUrl;
        this.log = log;
    }

    static SimulatorProcess start(String targetUrl, Path log) throws IOException, InterruptedException {
        SimulatorProcess simulator = new SimulatorProcess(targetUrl, log);
        simulator.restart();
        return simulator;
    }

    static boolean exists() {
        return SimulatorProcess.class.getResource("/" + MAIN_CLASS.replace('.', '/') + ".class") != null;
    }

    @Override
    ChildProcess launch() throws IOException {
        return ChildProcess.java(name(), log, List.of("-Xmx192m", "-XX:+UseSerialGC"), Map.of("TARGET_URL", targetUrl),
                MAIN_CLASS,
                List.of());
    }

    @Override
    void awaitReady(ChildProcess started) {
        // No other component depends on it.
    }
}
