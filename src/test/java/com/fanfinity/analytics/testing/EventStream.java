package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads a stream of server-sent events and keeps all of its events.
public final class EventStream implements AutoCloseable {

    /// An event, or a comment with the name `comment`.
    ///
    /// @param id empty if the event has none
    public record Event(String name, String id, String data, long receivedAtNanos) {}

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<InputStream> response;
    private final List<Event> events = new ArrayList<>();
    private boolean ended;

    private EventStream(String url, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
        headers.forEach(request::header);
        response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        Thread.ofVirtual().start(this::read);
    }

    public static EventStream open(String url) throws IOException, InterruptedException {
        return open(url, Map.of());
    }

    public static EventStream open(String url, String lastEventId) throws IOException, InterruptedException {
        return open(url, Map.of("Last-Event-ID", lastEventId));
    }

    public static EventStream open(String url, Map<String, String> headers) throws IOException, InterruptedException {
        return new EventStream(url, headers);
    }

    public int status() {
        return response.statusCode();
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            String name = "message";
            String id = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        add(new Event(name, id, data.toString(), System.nanoTime()));
                    }
                    name = "message";
                    id = "";
                    data.setLength(0);
                } else if (line.startsWith(":")) {
                    add(new Event("comment", "", line.substring(1).strip(), System.nanoTime()));
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                }
            }
        } catch (IOException _) {
            // closed by either side
        } finally {
            synchronized (events) {
                ended = true;
                events.notifyAll();
            }
        }
    }

    private void add(Event event) {
        synchronized (events) {
            events.add(event);
            events.notifyAll();
        }
    }

    /// The events so far.
    public List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    public List<Event> events(String name) {
        return events().stream().filter(event -> event.name().equals(name)).toList();
    }

    /// Waits for the first event with this name and matching data.
    ///
    /// @throws AssertionError after `limit`
    public Event await(String name, Predicate<String> data, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (events) {
            while (true) {
                Optional<Event> found = events.stream()
                        .filter(event -> event.name().equals(name) && data.test(event.data())).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("no matching " + name + " among " + events.size() + " events");
                }
                events.wait(left);
            }
        }
    }

    /// Waits for the end of the stream.
    ///
    /// @return false if it did not end in time
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (events) {
            while (!ended) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                events.wait(left);
            }
            return true;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
