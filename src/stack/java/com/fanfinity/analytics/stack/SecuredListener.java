package com.fanfinity.analytics.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.Ports;

/// A second listener of a broker, for clients that log in. Access lists restrict them to the operations that they are
/// allowed. Clients of the broker's plain listener are administrators.
///
/// @param protocol Kafka's name, such as `SASL_SSL`; every client of the listener must have an identity
/// @param settings further settings of the broker
/// @param jvmOptions of the broker
public record SecuredListener(int port, String protocol, Map<String, String> settings, List<String> jvmOptions) {

    /// The name in the settings of the broker, as in `listener.name.secured.…`.
    public static final String NAME = "SECURED";

    public SecuredListener {
        settings = Map.copyOf(settings);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /// A listener on a free port.
    public static SecuredListener of(String protocol, Map<String, String> settings, List<String> jvmOptions) {
        return new SecuredListener(Ports.free(), protocol, settings, jvmOptions);
    }

    String address() {
        return NAME + "://127.0.0.1:" + port;
    }

    Map<String, String> brokerSettings() {
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT," + NAME + ':' + protocol,
                "inter.broker.listener.name", "PLAINTEXT",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:ANONYMOUS"));
        all.putAll(settings);
        return all;
    }
}
