package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/// Bodies of the greatest size that stop one byte before their end.
///
/// @param bodies at once, from one address
record StalledBodies(int bodies, Duration held) implements Attack {

    private static final int LENGTH = 8 << 20;

    @Override
    public String name() {
        return "bodies that stall before their last byte";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        byte[] body = new byte[LENGTH - 1];
        Arrays.fill(body, (byte) '\n');
        byte[] opening = RawHttp.joined(RawHttp.postHead("/api/events/batch", "application/x-ndjson", LENGTH), body);
        try (Crowd crowd = Crowd.start(target.address(),
                new Crowd.Plan(bodies, Crowd.addresses(1), opening, new byte[0], Duration.ofSeconds(1), true))) {
            Pause.whileAlive(target, held);
            crowd.judge(1, findings);
        }
    }
}
