package com.fanfinity.analytics.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;

import com.fanfinity.analytics.kafka.Grant;
import com.fanfinity.analytics.kafka.GrantSetup;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.SecuredListener;
import com.fanfinity.analytics.stack.SelfSigned;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;

/// A way for the service to log in to Kafka: the settings of both sides, with new keys and certificates.
public final class KafkaLogin implements AutoCloseable {

    public enum Kind {
        /// TLS and a password.
        SCRAM,
        /// TLS and a client certificate.
        CERTIFICATE,
        /// TLS and a signed token of a token endpoint.
        OAUTHBEARER
    }

    public static final String USER = "fanfinity";
    public static final String PASSWORD = "with \"quotes\" and \\ in 'it'; x=1";

    private static final String JVM_OPTIONS = "JAVA_TOOL_OPTIONS";
    private static final String LOGIN_MODULE = "org.apache.kafka.common.security.%s required;";

    private final Kind kind;
    private final SecuredListener listener;
    private final Map<String, String> clientSettings;
    private final Optional<TokenEndpoint> tokens;

    private KafkaLogin(Kind kind, SecuredListener listener, Map<String, String> clientSettings,
            Optional<TokenEndpoint> tokens) {
        this.kind = kind;
        this.listener = listener;
        this.clientSettings = Map.copyOf(clientSettings);
        this.tokens = tokens;
    }

    /// @param directory for keys and certificates
    public static KafkaLogin create(Kind kind, Path directory) throws Exception {
        SelfSigned broker = SelfSigned.create(Files.createDirectories(directory.resolve("broker-tls")));
        Map<String, String> tls = Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", Files.readString(broker.certificate()),
                "ssl.keystore.key", Files.readString(broker.key()));
        String authorities = broker.certificate().toString();
        return switch (kind) {
            case SCRAM -> scram(tls, authorities);
            case CERTIFICATE -> certificate(tls, authorities,
                    SelfSigned.create(Files.createDirectories(directory.resolve("client-tls"))));
            case OAUTHBEARER -> oauth(tls, authorities, directory);
        };
    }

    private static KafkaLogin scram(Map<String, String> tls, String authorities) {
        return new KafkaLogin(Kind.SCRAM,
                listener("SASL_SSL", tls, Map.of("sasl.enabled.mechanisms", "SCRAM-SHA-512",
                        "listener.name.secured.scram-sha-512.sasl.jaas.config",
                        LOGIN_MODULE.formatted("scram.ScramLoginModule")), List.of()),
                Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_CA_FILE", authorities, "KAFKA_USER", USER,
                        "KAFKA_PASSWORD", PASSWORD),
                Optional.empty());
    }

    private static KafkaLogin certificate(Map<String, String> tls, String authorities, SelfSigned client)
            throws IOException {
        return new KafkaLogin(Kind.CERTIFICATE,
                listener("SSL", tls, Map.of("ssl.client.auth", "required", "ssl.truststore.type", "PEM",
                        "ssl.truststore.certificates", Files.readString(client.certificate()),
                        "ssl.principal.mapping.rules", "RULE:^CN=test$/" + USER + "/"), List.of()),
                Map.of("KAFKA_SECURITY_PROTOCOL", "SSL", "KAFKA_CA_FILE", authorities, "KAFKA_CERT_FILE",
                        client.certificate().toString(), "KAFKA_KEY_FILE", client.key().toString()),
                Optional.empty());
    }

    private static KafkaLogin oauth(Map<String, String> tls, String authorities, Path directory) throws Exception {
        TokenEndpoint tokens = TokenEndpoint.start(USER, directory.resolve("jwks.json"));
        String allowedUrls = "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=";
        Path client = Files.writeString(directory.resolve("client.properties"), """
                sasl.mechanism=OAUTHBEARER
                sasl.login.callback.handler.class=\
                org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
                sasl.oauthbearer.token.endpoint.url=%s
                sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required \
                clientId="%s" clientSecret="%s";
                """.formatted(tokens.url(), TokenEndpoint.CLIENT, TokenEndpoint.SECRET));
        return new KafkaLogin(Kind.OAUTHBEARER,
                listener("SASL_SSL", tls, Map.of("sasl.enabled.mechanisms", "OAUTHBEARER",
                        "listener.name.secured.oauthbearer.sasl.jaas.config",
                        LOGIN_MODULE.formatted("oauthbearer.OAuthBearerLoginModule"),
                        "listener.name.secured.oauthbearer.sasl.server.callback.handler.class",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
                        "sasl.oauthbearer.jwks.endpoint.url", tokens.keys().toUri().toString(),
                        "sasl.oauthbearer.expected.audience", TokenEndpoint.AUDIENCE,
                        // Clients log in again on open connections.
                        "listener.name.secured.oauthbearer.connections.max.reauth.ms", "10000"),
                        List.of(allowedUrls + tokens.keys().toUri())),
                Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_CA_FILE", authorities,
                        "KAFKA_CLIENT_CONFIG_FILE", client.toString(), JVM_OPTIONS, allowedUrls + tokens.url()),
                Optional.of(tokens));
    }

    private static SecuredListener listener(String protocol, Map<String, String> tls, Map<String, String> more,
            List<String> jvmOptions) {
        Map<String, String> settings = new HashMap<>(tls);
        settings.putAll(more);
        return SecuredListener.of(protocol, settings, new ArrayList<>(jvmOptions));
    }

    /// Starts broker, engine and one service with all roles, whose user has exactly the documented grants.
    ///
    /// @param settings of the service
    public Stack startStack(String name, Map<String, String> settings) throws IOException, InterruptedException {
        List<Grant> grants = requireNonNull(GrantLists.ofManifests().get(USER));
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(clientSettings);
        all.put(JVM_OPTIONS, (settings.getOrDefault(JVM_OPTIONS, "") + ' '
                + clientSettings.getOrDefault(JVM_OPTIONS, "")).strip());
        return Stack.start(name, all, directory -> startBroker(Files.createDirectories(directory), grants),
                KafkaBroker::securedServers);
    }

    /// Starts a broker on which the service's user has these grants and no others.
    public KafkaBroker startBroker(Path directory, Collection<Grant> grants) throws IOException, InterruptedException {
        KafkaBroker broker = KafkaBroker.start(directory, Ports.free(), listener);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            GrantSetup setup = new GrantSetup(admin);
            if (kind == Kind.SCRAM) {
                setup.setPassword(USER, PASSWORD);
            }
            setup.allowOnly("User:" + USER, grants);
        } catch (ExecutionException e) {
            broker.close();
            throw new IllegalStateException(e);
        }
        return broker;
    }

    /// The settings of the service, without the address of the broker.
    public Map<String, String> clientSettings() {
        return clientSettings;
    }

    @Override
    public void close() {
        tokens.ifPresent(TokenEndpoint::close);
    }
}
