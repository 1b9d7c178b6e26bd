package com.fanfinity.analytics.lab.instances;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ServiceBuild;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;

/// The instances of a stack, and the serving ones: those to which a load balancer would now send requests.
final class Fleet implements AutoCloseable {

    private final Stack stack;
    private final List<ApiClient> clients;
    private final Set<Integer> serving = ConcurrentHashMap.newKeySet();
    private volatile Instant lastKill = Instant.EPOCH;

    Fleet(Stack stack) {
        this.stack = stack;
        this.clients = stack.serviceUrls().stream().map(url -> new ApiClient(url, stack.clickHouse().url())).toList();
        for (int number = 0; number < clients.size(); number++) {
            serving.add(number);
        }
    }

    int size() {
        return clients.size();
    }

    ApiClient client(int number) {
        return clients.get(number);
    }

    boolean isServing(int number) {
        return serving.contains(number);
    }

    /// A serving instance, empty if there is none.
    Optional<Integer> any() {
        List<Integer> now = List.copyOf(serving);
        return now.isEmpty() ? Optional.empty() : Optional.of(now.get(ThreadLocalRandom.current().nextInt(now.size())));
    }

    /// Kills an instance with requests in flight.
    void kill(int number) {
        lastKill = Instant.now();
        service(number).kill();
        serving.remove(number);
    }

    /// Stops an instance as a rollout does: no new requests, then SIGTERM.
    ///
    /// @return the exit code
    int takeDown(int number) {
        serving.remove(number);
        service(number).terminate();
        return service(number).onExit().join().exitValue();
    }

    /// Starts another build on the same state and ports, and returns when the instance is ready.
    ///
    /// @throws IllegalStateException if it does not become ready; it is then killed
    void bringUp(int number, ServiceBuild build) throws IOException, InterruptedException {
        service(number).replaceBy(build);
        bringUp(number);
    }

    /// Returns when the instance is ready.
    void bringUp(int number) throws IOException, InterruptedException {
        service(number).restart();
        serving.add(number);
    }

    /// Whether an instance was killed within this time before now.
    boolean killedWithin(Duration time, Instant before) {
        return lastKill.plus(time).isAfter(before);
    }

    private ServiceProcess service(int number) {
        return stack.services().get(number);
    }

    @Override
    public void close() {
        clients.forEach(ApiClient::close);
    }
}
