package com.fanfinity.analytics.lab.fuzz;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.lab.bench.ProcessFigures;
import com.fanfinity.analytics.lab.hostile.RawHttp.Reply;
import com.fanfinity.analytics.lab.hostile.Resources;
import com.fanfinity.analytics.lab.hostile.Target;

/// Sends the inputs of a seed to a service and judges every answer, the costs, and at the end the stored events.
public final class FuzzRun {

    private static final String TOPIC = "match-events";
    private static final int ADDRESSES_A_CLIENT = 50;
    private static final int MOST_FAILURES = 10;
    private static final int WARM_UP = 4_000;

    private final Target target;
    private final long seed;
    private final Limits limits;
    private final Generator generator;
    private final AnswerOracle answers = new AnswerOracle();
    private final AcceptedEvents accepted = new AcceptedEvents();
    private final CostOracle costs;
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> outcomes = new ConcurrentSkipListMap<>();

    /// @param clients that send at once
    /// @param time to send; a run that ends early names the number of its next input
    public record Limits(int clients, Duration time) {
        public static final Limits DEFAULT = new Limits(4, Duration.ofDays(1));
    }

    /// @param target with a topic of 4 partitions
    public FuzzRun(Target target, long seed, Limits limits) {
        this.target = target;
        this.seed = seed;
        this.limits = limits;
        this.generator = new Generator(seed, Target.PARTITIONS);
        this.costs = new CostOracle(() -> ProcessFigures.cpu(target.pid()));
    }

    /// @param from the number of the first input
    /// @param out gets the report
    /// @return whether no rule was broken
    public boolean run(long from, int inputs, PrintStream out) throws Exception {
        long pid = target.pid();
        long began = System.nanoTime();
        // Class loading, compilation and the buffers of Kafka's clients are no leaks.
        int warmUp = Math.min(WARM_UP, inputs / 4);
        FuzzProgress progress = new FuzzProgress(out, limits.time(), System::nanoTime);
        send(from, warmUp, progress, out);
        Resources before = target.resources();
        send(from + warmUp, inputs - warmUp, progress, out);
        long next = progress.next(from + inputs);
        if (!target.isAlive() || target.pid() != pid) {
            fail(new Failure(seed, -1, "exit: the process ended"), out);
        } else {
            Resources after = target.resources();
            rule(CostOracle.growth(before, after), out);
            rule(accepted.verify(target.api()), out);
            out.printf(Locale.ROOT, "resources before %s%n          after  %s%n", before, after);
        }
        out.printf(Locale.ROOT, "seed %d: %d inputs from %d in %.0f s, %d events accepted, highest median of CPU "
                + "%.2f ms a request%n", seed, next - from, from, (System.nanoTime() - began) / 1e9, accepted.count(),
                costs.worstMedian());
        if (next < from + inputs) {
            out.printf("to continue: make fuzz SEED=%d FROM=%d INPUTS=%d%n", seed, next, from + inputs - next);
        }
        out.println("outcomes " + outcomes);
        report(out);
        return failures.isEmpty();
    }

    private void rule(Optional<String> violation, PrintStream out) {
        violation.ifPresent(broken -> fail(new Failure(seed, -1, broken), out));
    }

    private void fail(Failure failure, PrintStream out) {
        failures.add(failure);
        out.println("input " + failure.number() + ": " + failure.violation());
    }

    private void send(long from, int inputs, FuzzProgress progress, PrintStream out) throws Exception {
        AtomicLong next = new AtomicLong(from);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                KafkaProducer<byte[], byte[]> producer = producer()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < limits.clients(); client++) {
                int number = client * ADDRESSES_A_CLIENT;
                clients.add(executor.submit(() -> client(number, next, from + inputs, producer, progress, out)));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of("bootstrap.servers", target.bootstrapServers(), "acks", "all",
                "compression.type", "zstd", "max.request.size", 16 << 20), new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void client(int number, AtomicLong next, long end, KafkaProducer<byte[], byte[]> producer,
            FuzzProgress progress, PrintStream out) {
        try (Session session = new Session(target.address(), number)) {
            for (long input = next.getAndIncrement(); input < end; input = next.getAndIncrement()) {
                if (failures.size() >= MOST_FAILURES || progress.isOver()) {
                    progress.notSent(input);
                    return;
                }
                long current = input;
                violation(session, generator.input(input), producer)
                        .ifPresent(broken -> fail(new Failure(seed, current, broken), out));
                progress.sent(input, failures.size());
            }
        }
    }

    private Optional<String> violation(Session session, FuzzInput input, KafkaProducer<byte[], byte[]> producer) {
        return switch (input) {
            case FuzzInput.Http http -> request(session, http).or(costs::counted);
            case FuzzInput.KafkaRecord record -> record(record, producer);
        };
    }

    private Optional<String> request(Session session, FuzzInput.Http input) {
        try {
            Optional<Reply> reply = session.exchange(input);
            outcome(input.form().name().toLowerCase(Locale.ROOT) + " "
                    + reply.map(answer -> Integer.toString(answer.status())).orElse("closed"));
            return reply.flatMap(answer -> answers.violation(input, answer).or(() -> accepted.note(input, answer)));
        } catch (IOException e) {
            return Optional.of((target.isAlive() ? "no answer: " : "exit: the process ended: ") + e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the result
    private Optional<String> record(FuzzInput.KafkaRecord record, KafkaProducer<byte[], byte[]> producer) {
        try {
            Integer partition = record.partition().isPresent() ? record.partition().getAsInt() : null;
            Long timestamp = record.timestamp().isPresent() ? record.timestamp().getAsLong() : null;
            producer.send(new ProducerRecord<>(TOPIC, partition, timestamp, record.key(), record.value(),
                    record.headers()), (_, failure) -> outcome(failure == null ? "record taken" : "record refused"));
        } catch (KafkaException | IllegalArgumentException _) {
            outcome("record not sent");
        }
        return target.isAlive() ? Optional.empty() : Optional.of("exit: the process ended");
    }

    private void outcome(String name) {
        outcomes.merge(name, 1, Integer::sum);
    }

    private void report(PrintStream out) {
        for (Failure failure : failures) {
            if (failure.number() >= 0) {
                failure.lines(smallest(failure)).forEach(out::println);
            }
        }
    }

    private FuzzInput smallest(Failure failure) {
        FuzzInput input = generator.input(failure.number());
        if (!(input instanceof FuzzInput.Http http) || !target.isAlive()) {
            return input;
        }
        String kind = kind(failure.violation());
        try (Session session = new Session(target.address(), 0)) {
            return Minimiser.smaller(http,
                    candidate -> request(session, candidate).map(FuzzRun::kind).filter(kind::equals).isPresent());
        }
    }

    private static String kind(String violation) {
        return requireNonNull(violation.split(":", 2)[0]);
    }
}
