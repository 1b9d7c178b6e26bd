package com.fanfinity.analytics.lab.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultTarget;
import com.fanfinity.analytics.lab.faults.TcpRelay;

/// The network between one service and ClickHouse. Each planned fault befalls one request, and a request has at most
/// one of them.
final class ClickHouseRelay implements AutoCloseable {

    /// Lets a time pass.
    @FunctionalInterface
    interface Wait {
        void pass(Duration time) throws InterruptedException;
    }

    /// Receives each fault when it has found its request.
    @FunctionalInterface
    interface Listener {
        /// @param service the name of its sender
        /// @param request a description of it
        void befell(RelayFault fault, String service, String request);
    }

    /// Receives the fate of each INSERT, so that a doubled row can be traced.
    @FunctionalInterface
    interface Journal {
        void note(String insert);
    }

    private static final Pattern TOKEN = Pattern.compile("[?&]insert_deduplication_token=([^& ]+)");
    private static final String EVENTS = "match-events-accepted-";
    /// Longer than the first line of any request.
    private static final int FIRST_LINE = 16_000;
    private static final int SLOW_PARTS = 20;

    private final String service;
    private final TcpRelay relay;
    private final Wait wait;
    private final Listener listener;
    private final Journal journal;
    private final PlannedFaults planned;
    private final AtomicInteger undelivered = new AtomicInteger();
    private final AtomicReference<CompletableFuture<Boolean>> passable = new AtomicReference<>(
            CompletableFuture.completedFuture(true));

    /// @param service the name of the service
    /// @param clickHouse its URL
    /// @param planned the faults of all relays
    /// @param listener is called before bytes are held, delayed or cut
    ClickHouseRelay(String service, String clickHouse, PlannedFaults planned, Wait wait, Listener listener,
            Journal journal) throws IOException {
        this.service = service;
        this.planned = planned;
        this.wait = wait;
        this.listener = listener;
        this.journal = journal;
        relay = new TcpRelay(0, clickHouse, Faulty::new);
    }

    /// The address for the service.
    String url() {
        return relay.url();
    }

    /// The number of requests that ClickHouse has not completely received, or not for the second time.
    int undelivered() {
        return undelivered.get();
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void later(Step step, Runnable end) {
        Thread.ofVirtual().start(() -> {
            try {
                step.run();
            } catch (IOException _) {
                // ClickHouse is away: the bytes are lost
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                end.run();
            }
        });
    }

    private final class Faulty implements TcpRelay.Connection {
        private final AtomicReference<Optional<RelayFault>> ofAnswer = new AtomicReference<>(Optional.empty());
        private final AtomicReference<Optional<String>> inserting = new AtomicReference<>(Optional.empty());

        @Override
        public void request(byte[] bytes, OutputStream server, OutputStream client)
                throws IOException, InterruptedException {
            undelivered.incrementAndGet();
            try {
                passable.get().join();
                Request request = Request.of(bytes);
                Optional<RelayFault> fault = planned.take(request::is);
                inserting.set(request.token());
                if (fault.isEmpty()) {
                    server.write(bytes);
                } else {
                    listener.befell(fault.get(), service, request.toString());
                    befall(fault.get(), request, server, client);
                }
                note(request.token(), "delivered");
            } finally {
                undelivered.decrementAndGet();
            }
        }

        private void befall(RelayFault fault, Request request, OutputStream server, OutputStream client)
                throws IOException, InterruptedException {
            byte[] bytes = request.bytes();
            switch (fault.kind()) {
                case HOLD, HOLD_AND_KILL, HOLD_AND_STOP -> hold(fault, request, server, client);
                case SLOW -> slow(fault, bytes, server);
                case CUT_REQUEST -> {
                    server.write(bytes, 0, part(fault, bytes));
                    note(request.token(), "cut");
                    throw new IOException("cut");
                }
                case DUPLICATE -> {
                    undelivered.incrementAndGet();
                    later(() -> {
                        wait.pass(fault.lasts());
                        relay.deliver(bytes, OutputStream.nullOutputStream());
                        note(request.token(), "delivered again and answered");
                    }, undelivered::decrementAndGet);
                    server.write(bytes);
                }
                case HOLD_ANSWER, CUT_ANSWER -> {
                    ofAnswer.set(Optional.of(fault));
                    server.write(bytes);
                }
                case STALL -> {
                    CompletableFuture<Boolean> over = new CompletableFuture<>();
                    passable.set(over);
                    later(() -> wait.pass(fault.lasts()), () -> over.complete(true));
                    over.join();
                    server.write(bytes);
                }
            }
        }

        /// Nothing is known of a request that is held as a whole, so ClickHouse may close the idle connection. The
        /// bytes then arrive on another one.
        private void hold(RelayFault fault, Request request, OutputStream server, OutputStream client)
                throws IOException, InterruptedException {
            byte[] bytes = request.bytes();
            int part = part(fault, bytes);
            server.write(bytes, 0, part);
            wait.pass(fault.lasts());
            if (part > 0) {
                server.write(bytes, part, bytes.length - part);
                return;
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            relay.deliver(bytes, answer);
            note(request.token(), "delivered late and answered");
            client.write(answer.toByteArray());
        }

        private void slow(RelayFault fault, byte[] request, OutputStream server)
                throws IOException, InterruptedException {
            int size = request.length / SLOW_PARTS + 1;
            for (int from = 0; from < request.length; from += size) {
                server.write(request, from, Math.min(size, request.length - from));
                wait.pass(fault.lasts().dividedBy(SLOW_PARTS));
            }
        }

        @Override
        public void answer(byte[] bytes, OutputStream client) throws IOException, InterruptedException {
            passable.get().join();
            note(inserting.getAndSet(Optional.empty()), "answered " + new String(bytes, ISO_8859_1).lines().findFirst()
                    .orElse(""));
            Optional<RelayFault> fault = ofAnswer.getAndSet(Optional.empty());
            if (fault.isEmpty()) {
                client.write(bytes);
                return;
            }
            int part = part(fault.get(), bytes);
            client.write(bytes, 0, part);
            if (fault.get().kind() == RelayFaultKind.CUT_ANSWER) {
                throw new IOException("cut");
            }
            wait.pass(fault.get().lasts());
            client.write(bytes, part, bytes.length - part);
        }
    }

    private static int part(RelayFault fault, byte[] bytes) {
        return (int) (bytes.length * fault.share());
    }

    private void note(Optional<String> token, String what) {
        token.ifPresent(insert -> journal.note(service + ' ' + insert + ' ' + what));
    }

    /// @param token of an INSERT of the sink; empty for another request
    private record Request(byte[] bytes, Optional<String> token) {
        static Request of(byte[] bytes) {
            Matcher token = TOKEN.matcher(new String(bytes, 0, Math.min(bytes.length, FIRST_LINE), ISO_8859_1));
            return new Request(bytes, token.find() ? Optional.of(token.group(1)) : Optional.empty());
        }

        boolean is(RelayFaultTarget target) {
            return switch (target) {
                case EVENTS -> token.filter(insert -> insert.startsWith(EVENTS)).isPresent();
                case INSERTS -> token.isPresent();
                case QUERIES -> token.isEmpty();
            };
        }

        @Override
        public String toString() {
            return token.orElse("a query") + " of " + bytes.length + " bytes";
        }
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }
}
