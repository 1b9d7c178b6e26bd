package com.fanfinity.analytics.kafka;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/// Finds the setting to check when Kafka refuses this service.
public final class KafkaRefusal {

    private static final int MOST_CAUSES = 16;
    private static final Pattern JAAS_TEXT = Pattern.compile("JAAS config\\b");

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

    /// The messages of a failure and its causes, since Kafka's clients name a fault of their settings only in the
    /// cause. A message about the text of `sasl.jaas.config` quotes it, with parts of passwords, and is replaced.
    public static String messages(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            String message = String.valueOf(cause.getMessage());
            messages.add(JAAS_TEXT.matcher(message).find() ? "sasl.jaas.config cannot be parsed" : message);
            cause = cause.getCause();
        }
        return String.join(": ", messages);
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
