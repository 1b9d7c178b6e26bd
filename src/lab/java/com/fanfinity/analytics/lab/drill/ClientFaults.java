package com.fanfinity.analytics.lab.drill;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/// Faults of senders and viewers.
final class ClientFaults {

    private final DrillStack stack;
    private final DrillLoad load;
    private final List<AutoCloseable> badSender = new ArrayList<>();
    private final List<AutoCloseable> viewers = new ArrayList<>();

    ClientFaults(DrillStack stack, DrillLoad load) {
        this.stack = stack;
        this.load = load;
    }

    List<DrillFault> all() {
        return List.of(
                DrillFault.of("bad-sender",
                        "a sender repeats accepted events, and sends events that are ten minutes old or invalid",
                        this::send,
                        () -> close(badSender), "SendersRefused", "MostEventsAreDuplicates", "ManyEventsAreLate"),
                DrillFault.of("viewers-many", "ten viewers connect repeatedly, of whom five are admitted", this::view,
                        () -> close(viewers),
                        "LiveViewersRefused"),
                DrillFault.of("feed-stops", "senders stop although matches are live", load::pause, load::resume,
                        "NoEventsThoughMatchIsLive"));
    }

    private void send() {
        String same = DrillLoad.event("drill-1", "touch", Instant.now(), ",\"eventId\":\"" + UUID.randomUUID() + "\"");
        badSender.add(
                new RepeatedAction(Duration.ofMillis(500), () -> stack.api.postBatch(Collections.nCopies(80, same))));
        badSender.add(new RepeatedAction(Duration.ofMillis(500), () -> stack.api.postBatch(Collections.nCopies(25,
                DrillLoad.event(DrillLoad.anyMatch(), "touch", Instant.now().minus(Duration.ofMinutes(10)), "")))));
        badSender
                .add(new RepeatedAction(Duration.ofMillis(40), () -> stack.api.postEvent("{\"matchId\":\"drill-1\"}")));
    }

    private void view() {
        for (int i = 0; i < 2 * DrillStack.MAX_VIEWERS; i++) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest
                    .newBuilder(URI.create(stack.service.url() + "/api/matches/drill-1/stream")).build();
            RepeatedAction comes = new RepeatedAction(Duration.ofMillis(500),
                    () -> client.send(request, BodyHandlers.discarding()));
            viewers.add(() -> {
                comes.close();
                client.shutdownNow();
            });
        }
    }

    private static void close(List<AutoCloseable> open) throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        open.clear();
    }
}
