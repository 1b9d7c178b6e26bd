package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.testing.KafkaLogin;

/// The whole service on a listener of Kafka with TLS, a login and access lists that allow exactly the documented
/// operations.
@Tag("slow")
class SecuredKafkaIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    /// The clients log their settings at this level.
    private static final String VERBOSE = "-Dorg.slf4j.simpleLogger.log.org.apache.kafka=info";

    private static Stack start(KafkaLogin login) throws Exception {
        return login.startStack("secured", Map.of("KAFKA_PARTITIONS", "2", "JAVA_TOOL_OPTIONS", VERBOSE));
    }

    @Test
    void scram_serviceAndBrokerKilled_everyEventCountsOnce() throws Exception {
        assertEveryEventCountsOnce(KafkaLogin.Kind.SCRAM);
    }

    @Tag("endurance")
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SCRAM")
    void otherLogins_serviceAndBrokerKilled_everyEventCountsOnce(KafkaLogin.Kind kind) throws Exception {
        assertEveryEventCountsOnce(kind);
    }

    private static void assertEveryEventCountsOnce(KafkaLogin.Kind kind) throws Exception {
        try (KafkaLogin login = KafkaLogin.create(kind, RealParts.directory("login"));
                Stack stack = start(login);
                ApiClient api = stack.client();
                SteadyLoad load = new SteadyLoad(stack.service().url(), "secured")) {
            load.awaitMore(200, SOON);
            stack.service().kill();
            stack.service().restart();
            load.awaitMore(200, SOON);
            stack.kafka().kill();
            stack.kafka().restart();
            load.awaitMore(200, SOON);

            new ExactlyOnce(api).check(load);
            assertEquals("up", check(api));
            assertNoSecretIn(Files.readString(stack.service().log()));
        }
    }

    private static String check(ApiClient api) throws Exception {
        return api.get("/health/ready").json().at("/checks/kafka/status").asText();
    }

    private static void assertNoSecretIn(String log) {
        assertTrue(log.contains("ProducerConfig values"), "the clients log their settings");
        List.of(KafkaLogin.PASSWORD, "with \\\"quotes", "-----BEGIN PRIVATE KEY", "the-secret-of-the-client")
                .forEach(secret -> assertFalse(log.contains(secret), secret));
    }

    /// The connections of the service stay open, so the new password counts from the next connection on.
    @Tag("endurance")
    @Test
    void password_changedInKafka_isReportedWithTheSettingAndRepairedInKafka() throws Exception {
        try (KafkaLogin login = KafkaLogin.create(KafkaLogin.Kind.SCRAM, RealParts.directory("login"));
                Stack stack = start(login);
                ApiClient api = stack.client()) {
            setPassword(stack, "another");
            stack.kafka().kill();
            stack.kafka().restart();

            Await.until(SOON, "the setting is named",
                    () -> api.get("/health/ready").json().at("/checks/kafka/detail").asText(),
                    detail -> detail.startsWith("Kafka refuses the login; check KAFKA_USER and KAFKA_PASSWORD"));
            assertEquals(503, api.postEvent(SteadyLoad.event("refused", UUID.randomUUID())).status());

            setPassword(stack, KafkaLogin.PASSWORD);
            Await.until(SOON, "accepted again",
                    () -> api.postEvent(SteadyLoad.event("refused", UUID.randomUUID())).status() == 202);
            Await.until(SOON, "up", () -> check(api).equals("up"));
        }
    }

    private static void setPassword(Stack stack, String password) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(KafkaLogin.USER,
                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password))).all().get();
        }
    }
}
