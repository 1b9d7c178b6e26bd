package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fanfinity.analytics.lab.bench.ScrapedMetrics;

/// Faults of the service's process, its machine and its monitoring.
final class ServiceFaults {

    private static final int PIECE = 1 << 20;

    private final DrillStack stack;
    private final KafkaFaults kafka;
    private final boolean ownDisk;

    /// @param ownDisk whether the state directory is on a separate disk, which the drill may fill
    ServiceFaults(DrillStack stack, KafkaFaults kafka, boolean ownDisk) {
        this.stack = stack;
        this.kafka = kafka;
        this.ownDisk = ownDisk;
    }

    List<DrillFault> all() {
        String[] comingUp = {"ServiceDown", "InstanceDown", "RoleMissing", "StreamsNotRunning", "InstanceNotReady",
            "LiveLagging",
            "ReadsFailing", "ReadsSlow", "StreamsLagging"};
        return List.of(
                DrillFault.of("service-killed", "kill -9 of the only instance, restarted later", stack.service::kill,
                        stack.service::restart, "ServiceDown").inhibiting("InstanceDown", "RoleMissing")
                        .orPossibly(comingUp),
                DrillFault
                        .of("service-crashes", "the only instance is killed and restarted three times", this::crash,
                                () -> {},
                                "InstanceRestarting")
                        .orPossibly(comingUp),
                DrillFault
                        .of("service-leaks", "the service leaks heap, direct memory, threads and open files",
                                this::leak,
                                () -> Files.deleteIfExists(stack.leaks), "HeapNearlyFull", "DirectMemoryNearlyFull",
                                "ThreadsMany",
                                "FileHandlesLow")
                        .orPossibly("GcOverhead", "GcPauseLong", "CpuSaturated", "ReadsSlow", "LiveUpdatesSlow",
                                "LiveLagging"),
                DrillFault.of("disk-full", "the disk of the state directory is 95 % full", this::fill,
                        () -> Files.deleteIfExists(ballast()), "StateDiskLow"),
                DrillFault.of("targets-lost", "Prometheus' list of instances is empty", () -> stack.target(false),
                        () -> stack.target(true),
                        "ServiceAbsent").inhibiting("RoleMissing"),
                DrillFault.of("receiver-refuses",
                        "the receiver of the team returns 403 for a notification about a dead letter", () -> {
                            stack.webhook.refuse("team");
                            kafka.writeOneNonsense();
                        }, () -> stack.webhook.accept("team"), "AlertsNotSent").orPossibly("DeadLetters"),
                DrillFault.of("alertmanager-killed", "kill -9 of Alertmanager, restarted later",
                        stack.alertmanager::kill,
                        stack.alertmanager::restart, "AlertmanagerDown"));
    }

    boolean possible(String fault) {
        return ownDisk || !fault.equals("disk-full");
    }

    private void crash() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            stack.service.kill();
            stack.service.restart();
        }
    }

    /// Leaks slightly more of each resource than the alerts allow.
    private void leak() throws IOException, InterruptedException {
        long files = (long) (0.82 * number("process_files_max_files"));
        Path next = Files.writeString(stack.leaks.resolveSibling("leaks.next"),
                "94 " + (long) (0.86 * DrillStack.HEAP_MIB) + " 550 " + files);
        Files.move(next, stack.leaks);
    }

    private double number(String metric) throws IOException, InterruptedException {
        return new ScrapedMetrics(stack.api.get("/metrics").body()).sum(metric);
    }

    private Path ballast() {
        return stack.state.resolve("ballast");
    }

    private void fill() throws IOException {
        FileStore disk = Files.getFileStore(stack.state);
        byte[] piece = new byte[PIECE];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (disk.getUsableSpace() > disk.getTotalSpace() / 20) {
                out.write(piece);
            }
        }
    }
}
