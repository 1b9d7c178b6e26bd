package com.fanfinity.analytics.kafka;

import java.util.Optional;

import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/// Finds the setting to check when Kafka refuses this service.
public final class KafkaRefusal {

    private static final int MOST_CAUSES = 16;

    private KafkaRefusal() {}

    /// For people; names no host and no secret. Empty if the failure is no refusal.
    public static Optional<String> reason(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            Optional<String> reason = reasonOf(cause);
            if (reason.isPresent()) {
                return reason;
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static Optional<String> reasonOf(Throwable failure) {
        return switch (failure) {
            case SaslAuthenticationException _ -> Optional.of("Kafka refuses the login; check KAFKA_USER and "
                    + "KAFKA_PASSWORD, or the SASL settings in KAFKA_CLIENT_CONFIG_FILE");
            case SslAuthenticationException _ -> Optional.of("the TLS handshake with Kafka failed; check "
                    + "KAFKA_CA_FILE, KAFKA_CERT_FILE, and the names in the brokers' certificate");
            case UnsupportedSaslMechanismException _,IllegalSaslStateException _ -> Optional.of(
                    "Kafka's listener expects another login; check KAFKA_SECURITY_PROTOCOL and KAFKA_USER");
            // Kafka's message names the resource.
            case AuthorizationException e -> Optional.of("Kafka denies an operation: " + e.getMessage());
            default -> Optional.empty();
        };
    }
}
