package com.fanfinity.analytics.lab.restore;

import static com.fanfinity.analytics.stack.Await.until;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import com.fanfinity.analytics.lab.verify.AcceptedModel;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.Guarantee;
import com.fanfinity.analytics.lab.verify.LedgerCheck;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;

/// `make restore-drill`: backs up ClickHouse's database twice under load, drops it and restores it, while the service
/// accepts events. The sink then catches up from Kafka. The exit code is 0 if each accepted event is counted and stored
/// once and the ledger balances, else 1.
public final class RestoreDrill {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int MATCHES = 20;
    private static final int BATCH = 100;
    private static final List<String> TYPES = List.of("pass", "shot", "goal", "foul", "yellow_card", "reaction");

    private final PrintStream out;
    private final AcceptedModel model = new AcceptedModel();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final long startedNanos = System.nanoTime();

    private RestoreDrill(PrintStream out) {
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        List<String> broken = run(System.out);
        broken.forEach(fault -> System.out.println("- " + fault));
        System.out.println(broken.isEmpty() ? "PASSED" : "FAILED");
        System.exit(broken.isEmpty() ? 0 : 1);
    }

    /// @return the violated guarantees
    public static List<String> run(PrintStream out) throws IOException, InterruptedException {
        try (Stack stack = Stack.start("restore", Map.of("ROLES", "ingest,streams,live", "LEDGER_INTERVAL", "1s"));
                ServiceProcess sink = sink(stack);
                ApiClient api = stack.client()) {
            return new RestoreDrill(out).run(stack, sink, api);
        }
    }

    private static ServiceProcess sink(Stack stack) throws IOException, InterruptedException {
        return ServiceProcess.start("com.fanfinity.analytics.Main", Ports.free(),
                Map.of("ROLES", "sink", "KAFKA_BOOTSTRAP_SERVERS", stack.kafka().bootstrapServers(), "CLICKHOUSE_URL",
                        stack.clickHouse().url()),
                stack.directory().resolve("sink.log"));
    }

    private List<String> run(Stack stack, ServiceProcess sink, ApiClient api) throws IOException, InterruptedException {
        BackupScript script = new BackupScript(stack.clickHouse().url(), "fanfinity", "");
        Thread sender = Thread.ofVirtual().start(() -> send(new PersistentSender(api)));
        accept(3_000);
        stored(api, 2_000);
        String full = script.run("full");
        log("full backup under load: " + full);
        accept(3_000);
        stored(api, 5_000);
        String backup = script.run("incremental", full);
        log("incremental backup: " + backup);
        accept(3_000);
        sink.close();
        log("sink stopped, rows: " + rows(api));
        api.rows("DROP DATABASE fanfinity SYNC");
        log("database dropped");
        accept(2_000);
        script.run("restore", backup);
        log("restored, rows: " + rows(api));
        sink.restart();
        log("sink started");
        stop.set(true);
        sender.join();
        return verdict(stack, api);
    }

    private List<String> verdict(Stack stack, ApiClient api) throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>(
                new LedgerCheck(stack.serviceUrls(), stack.clickHouse().url(), LIMIT).broken(model.total()));
        log("ledger: " + (broken.isEmpty() ? "balanced" : "not balanced") + ", rows: " + rows(api));
        broken.addAll(new Guarantee(api, model, stack.kafka().bootstrapServers(), LIMIT).verdict().broken());
        return broken;
    }

    private void send(PersistentSender sender) {
        send(sender, IntStream.range(0, MATCHES)
                .mapToObj(match -> EventJson.kickOff("drill-" + match, 0, "team-0", "team-1")).toList());
        for (int first = BATCH; !stop.get(); first += BATCH) {
            send(sender, IntStream.range(first, first + BATCH).mapToObj(RestoreDrill::event).toList());
        }
    }

    private void send(PersistentSender sender, List<EventJson> events) {
        sender.batch(events.stream().map(EventJson::json).toList());
        events.forEach(model::accept);
    }

    private static EventJson event(int number) {
        return EventJson.of("drill-" + number % MATCHES, TYPES.get(number / MATCHES % TYPES.size()), number)
                .team("team-" + number % 2);
    }

    private void accept(int more) {
        long goal = model.total() + more;
        until(LIMIT, more + " more events are accepted", model::total, total -> total >= goal);
    }

    /// Waits until there are rows to back up.
    private static void stored(ApiClient api, int rows) {
        until(LIMIT, rows + " rows are stored", () -> Long.parseLong(rows(api)), stored -> stored >= rows);
    }

    private static String rows(ApiClient api) throws IOException, InterruptedException {
        return api.rows("SELECT count() FROM fanfinity.match_events").getFirst();
    }

    private void log(String what) {
        out.printf("%6.1f s  %,8d accepted  %s%n", (System.nanoTime() - startedNanos) / 1e9, model.total(), what);
    }
}
