package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// An attacker who can reach Kafka joins the group of the topology and names an address of its own. The instances then
/// ask that address for the matches that the attacker holds.
///
/// @param matches that are read meanwhile
/// @param held how long they are read after an instance has asked the attacker for the first time
record RogueMember(int matches, Duration held) implements Attack {

    private static final String ADDRESS = "127.0.66.99";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// The time for the group to give the member its first partition.
    private static final Duration JOINED_WITHIN = Duration.ofMinutes(2);

    /// @param forged the answers that came from the member
    record Reads(int all, int forged) {
        private Reads plus(Reads more) {
            return new Reads(all + more.all, forged + more.forged);
        }
    }

    @Override
    public String name() {
        return "a member of the Kafka group that is not ours";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException, InterruptedException {
        String run = "rogue-" + UUID.randomUUID();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < matches; i++) {
            events.add(EventJson.of(run + "-" + i, "goal", i + 1L).team("a").json());
        }
        target.load(events);
        int port = Ports.free();
        Map<String, String> settings = Map.of("ROLES", "streams", "INTERNAL_HOST", "127.0.0.1", "INTERNAL_PORT",
                Integer.toString(port), "INTERNAL_ADVERTISED_HOST", ADDRESS, "INTERNAL_SECRET",
                "a-guess-of-the-attacker");
        try (ForgingServer forger = ForgingServer.start(ADDRESS, port);
                ServiceProcess rogue = target.startRogue(
                        settings)) {
            Reads reads = read(target, run, JOINED_WITHIN, () -> !forger.requests().isEmpty())
                    .plus(read(target, run, held, () -> false));
            findings.figure("member %d", rogue.pid());
            judge(reads, forger.requests(), findings);
        }
    }

    /// @param requests the heads of those that the member received
    static void judge(Reads reads, List<String> requests, Findings findings) {
        findings.figure("%d reads; the member received %d requests, and %d of its answers reached a client",
                reads.all(), requests.size(), reads.forged());
        findings.requireAttack(!requests.isEmpty(), "no instance has asked the member");
        findings.require(reads.forged() == 0, "%d forged answers reached a client", reads.forged());
        findings.require(requests.stream().noneMatch(head -> head.contains(Target.INTERNAL_SECRET)),
                "a request to the member contains the secret");
    }

    private Reads read(Target target, String run, Duration time, BooleanSupplier ended) throws IOException {
        int forged = 0;
        int reads = 0;
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0 && target.isAlive() && !ended.getAsBoolean()) {
            RawHttp.Reply reply = RawHttp.once(target.address(),
                    RawHttp.get("/api/matches/" + run + "-" + reads++ % matches + "/metrics"), LIMIT);
            if (reply.text().contains(ForgingServer.MARK) || reply.headers().toString().contains(ForgingServer.MARK)) {
                forged++;
            }
        }
        return new Reads(reads, forged);
    }
}
