package com.fanfinity.analytics.lab.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultTarget;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.StoringServer;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClickHouseRelaysTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void release_heldRequests_arriveAtOnce() throws Exception {
        List<String> befallen = new CopyOnWriteArrayList<>();
        try (StoringServer server = new StoringServer(); ClickHouseRelays relays = new ClickHouseRelays()) {
            relays.listen((fault, service, _) -> befallen.add(service + " " + fault.kind()), _ -> {});
            relays.plan(new RelayFault(Duration.ZERO, RelayFaultKind.HOLD, RelayFaultTarget.QUERIES,
                    Duration.ofDays(1), 0));
            relays.url(1, server.url());
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(),
                    URI.create(relays.url(2, server.url())).getPort())) {
                client.getOutputStream().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nlate"
                        .getBytes(ISO_8859_1));
                Await.until(SOON, "the request is held", () -> relays.undelivered() == 1);
            }
            Await.until(SOON, "the fault is known", () -> befallen.equals(List.of("service-2 HOLD")));
            assertEquals(List.of(), server.bodies());

            relays.release();

            Await.until(SOON, "it arrives", () -> server.bodies().equals(List.of("late")));
            Await.until(SOON, "nothing is held", () -> relays.undelivered() == 0);
            assertEquals(1, relays.faults(RelayFaultKind.HOLD));
            assertEquals(1, relays.faults());
        }
    }
}
