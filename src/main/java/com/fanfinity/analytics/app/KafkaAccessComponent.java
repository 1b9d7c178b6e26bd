package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.kafka.Grant;
import com.fanfinity.analytics.kafka.GrantCheck;
import com.fanfinity.analytics.kafka.KafkaRefusal;
import com.fanfinity.analytics.metrics.InstanceMeters;

/// The check `kafka`: whether Kafka accepts the login of this instance, and allows all operations that its roles need.
/// It runs on every instance, whatever its roles.
final class KafkaAccessComponent implements RoleComponent {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaAccessComponent.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int MOST_NAMED = 8;

    private final GrantCheck check;
    private final BooleanSupplier topicsExist;
    private final Supplier<String> obstacle;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("kafka-access").unstarted(this::run);
    private volatile List<Grant> missing = List.of();
    private volatile String refusal = "";
    private volatile boolean checked;

    /// @param topicsExist whether the start has found or created the topics
    /// @param obstacle why it has not yet
    KafkaAccessComponent(GrantCheck check, BooleanSupplier topicsExist, Supplier<String> obstacle,
            InstanceMeters meters) {
        this.check = check;
        this.topicsExist = topicsExist;
        this.obstacle = obstacle;
        meters.kafkaAccessDenied(() -> refusal.isEmpty() ? missing.size() : Math.max(1, missing.size()));
    }

    @Override
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                refresh();
            } while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// If Kafka does not answer, the last result stays.
    private void refresh() throws InterruptedException {
        try {
            update(check.missing());
            update("");
            checked = true;
        } catch (ExecutionException | KafkaException e) {
            Optional<String> reason = KafkaRefusal.reason(e);
            if (reason.isPresent()) {
                update(reason.get());
            } else {
                LOG.atDebug().setCause(e).log("cannot check the access to Kafka");
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the access to Kafka is not checked");
        }
    }

    private void update(List<Grant> found) {
        if (!found.equals(missing)) {
            missing = List.copyOf(found);
            if (found.isEmpty()) {
                LOG.info("Kafka allows all operations that this instance needs");
            } else {
                LOG.atError().addKeyValue("missing", names(found, Integer.MAX_VALUE))
                        .log("Kafka denies operations that this instance needs");
            }
        }
    }

    private void update(String reason) {
        if (!reason.equals(refusal)) {
            refusal = reason;
            if (!reason.isEmpty()) {
                LOG.atError().addKeyValue("reason", reason).log("Kafka refuses this instance");
            }
        }
    }

    @Override
    public Map<String, CheckResult> ready() {
        return Map.of("kafka", result());
    }

    /// Denied operations alone only degrade: the other operations still work, and restarting or removing all instances
    /// would not help.
    private CheckResult result() {
        List<Grant> denied = missing;
        String text = refusal.isEmpty() ? "Kafka denies " + names(denied, MOST_NAMED) : refusal;
        if (!topicsExist.getAsBoolean()) {
            return CheckResult.down(denied.isEmpty() ? obstacle.get() : text);
        }
        if (refusal.isEmpty() && denied.isEmpty()) {
            return CheckResult.up(checked ? "allowed" : "not checked yet");
        }
        // Without the topics of Kafka Streams, this instance counts nothing.
        return denied.stream().anyMatch(grant -> grant.operation() == AclOperation.CREATE)
                ? CheckResult.down(text)
                : CheckResult.degraded(text);
    }

    private static String names(List<Grant> grants, int most) {
        String text = grants.stream().limit(most).map(Grant::text).collect(Collectors.joining(", "));
        return grants.size() <= most ? text : text + " and " + (grants.size() - most) + " more";
    }

    @Override
    public void close(Duration limit) {
        closed.countDown();
        thread.interrupt();
    }
}
