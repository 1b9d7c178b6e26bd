package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What goes wrong with the service's process, its machine, and those who watch it.
final class ServiceFaults {

    private static final int PIECE = 1 << 20;

    private final DrillStack stack;
    private final KafkaFaults kafka;
    private final boolean ownDisk;

    /// @param ownDisk whether the state directory is on a disk of its own, which may be filled
    ServiceFaults(DrillStack stack, KafkaFaults kafka, boolean ownDisk) {
        this.stack = stack;
        this.kafka = kafka;
        this.ownDisk = ownDisk;
    }

    List<DrillFault> all() {
        String[] comingUp = {"ServiceDown", "InstanceDown", "RoleMissing", "StreamsNotRunning", "InstanceNotReady", "LiveLagging",
            "ReadsFailing", "ReadsSlow", "StreamsLagging"};
        return List.of(
                DrillFault.of("service-killed", "kill -9 of the only instance, later started again", stack.service::kill,
                        stack.service::restart, "ServiceDown").quietly("InstanceDown", "RoleMissing").perhaps(comingUp),
                DrillFault.of("service-crashes", "the only instance is killed and started three times", this::crash, () -> {},
                        "InstanceRestarting")
                        .perhaps(comingUp),
                DrillFault.of("service-leaks", "the service leaks heap, direct memory, threads and open files", this::leak,
                        () -> Files.deleteIfExists(stack.leaks), "HeapNearlyFull", "DirectMemoryNearlyFull", "ThreadsMany",
                        "FileHandlesLow")
                        .perhaps("GcOverhead", "GcPauseLong", "CpuSaturated", "ReadsSlow", "LiveUpdatesSlow", "LiveLagging"),
                DrillFault.of("disk-full", "the disk of the state directory is filled to 95 %", this::fill,
                        () -> Files.deleteIfExists(ballast()), "StateDiskLow"),
                DrillFault.of("targets-lost", "Prometheus' list of instances is empty", () -> stack.target(false), () -> stack.target(true),
                        "ServiceAbsent").quietly("RoleMissing"),
                DrillFault.of("receiver-refuses", "the team's receiver answers 403, and there is something to tell: a dead letter", () -> {
                    stack.heard.refuse("team");
                    kafka.writeOneNonsense();
                }, () -> stack.heard.takeAgain("team"), "AlertsNotSent").perhaps("DeadLetters"),
                DrillFault.of("alertmanager-killed", "kill -9 of Alertmanager, later started again", stack.alertmanager::kill,
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

    /// A little more of each than the alerts' bounds.
    private void leak() throws IOException, InterruptedException {
        long files = (long) (0.82 * number("process_files_max_files"));
        Path next = Files.writeString(stack.leaks.resolveSibling("leaks.next"),
                "94 " + (long) (0.86 * DrillStack.HEAP_MIB) + " 550 " + files);
        Files.move(next, stack.leaks);
    }

    private double number(String metric) throws IOException, InterruptedException {
        return stack.api.get("/metrics").body().lines().filter(line -> line.startsWith(metric + ' ') || line.startsWith(metric + '{'))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
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
