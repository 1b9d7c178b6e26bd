package com.fanfinity.analytics.kafka;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.SelfSigned;

class KafkaRefusalTest {

    /// Kafka's own messages quote a part of the text.
    @ParameterizedTest
    @ValueSource(strings = {"a.B required password=\"pass\"s3cret\"word\";", "a.B s3cret password=\"x\";",
        "a.B required s3cret;"})
    void messages_brokenJaasText_quoteNothingOfIt(String text) {
        KafkaException failure = assertThrows(KafkaException.class,
                () -> Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1", "security.protocol", "SASL_PLAINTEXT",
                        "sasl.mechanism", "PLAIN", "sasl.jaas.config", text)));

        String messages = KafkaRefusal.messages(failure);
        assertFalse(messages.contains("s3cret"), messages);
        assertTrue(messages.contains("sasl.jaas.config cannot be parsed"), messages);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Could not find a 'KafkaClient' entry in the JAAS configuration.", "no route"})
    void messages_otherCauses_areShown(String cause) {
        String messages = KafkaRefusal.messages(new KafkaException("no client", new IllegalStateException(cause)));

        assertTrue(messages.contains("no client: " + cause), messages);
    }

    /// As a stranger who takes the broker's address: with a certificate of another authority, or of another name.
    @ParameterizedTest
    @CsvSource({"127.0.0.1, false", "127.0.0.2, true"})
    void brokersCertificate_isNotTheExpectedOne_isRefused(String host, boolean isTrusted, @TempDir Path directory)
            throws Exception {
        SelfSigned broker = SelfSigned.create(Files.createDirectory(directory.resolve("broker")));
        SelfSigned other = SelfSigned.create(Files.createDirectory(directory.resolve("other")));
        Path authority = isTrusted ? broker.certificate() : other.certificate();
        try (ServerSocket socket = SelfSigned.context(broker, broker).getServerSocketFactory().createServerSocket(0, 1,
                InetAddress.ofLiteral(host));
                Admin client = Admin.create(Map.of("bootstrap.servers", host + ':' + socket.getLocalPort(),
                        "security.protocol", "SSL", "ssl.truststore.type", "PEM", "ssl.truststore.location",
                        authority.toString()))) {
            Thread.ofVirtual().start(() -> shakeHands(socket));

            ExecutionException failure = assertThrows(ExecutionException.class,
                    () -> client.describeCluster().nodes().get());
            assertTrue(KafkaRefusal.reason(failure).orElse("none").startsWith("the TLS handshake with Kafka failed"),
                    failure::toString);
        }
    }

    private static void shakeHands(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                var _ = client.getInputStream().read();
            } catch (IOException _) {
                // the client has refused the certificate, or the test has ended
            }
        }
    }
}
