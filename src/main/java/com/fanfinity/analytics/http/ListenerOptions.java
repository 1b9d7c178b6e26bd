package com.fanfinity.analytics.http;

import java.util.Optional;
import java.util.Set;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.tls.TlsCertificate;

/// Properties of a listener besides its address and its limits.
///
/// @param certificate for TLS; without one the listener is plain HTTP
/// @param hosts the names by which clients may call the listener
/// @param corsOrigins the origins whose pages may read answers of the API
/// @param threads the number of platform threads of its own, besides one for each busy connection; empty for virtual
///        threads, which all listeners share
public record ListenerOptions(Optional<TlsCertificate> certificate, AllowedHosts hosts, Set<String> corsOrigins,
        Optional<Integer> threads) {

    public ListenerOptions {
        corsOrigins = Set.copyOf(corsOrigins);
    }

    /// Plain HTTP for clients that are programs of this service.
    public static final ListenerOptions PLAIN = new ListenerOptions(Optional.empty(), AllowedHosts.ANY, Set.of(),
            Optional.empty());

    /// The listener for clients.
    ///
    /// @param advertisedHost the name by which other instances call this one
    public static ListenerOptions publicListener(Settings.Edge edge, String advertisedHost,
            Optional<TlsCertificate> certificate) {
        return new ListenerOptions(certificate, AllowedHosts.of(edge.allowedHosts(), advertisedHost),
                edge.corsOrigins(), Optional.empty());
    }

    /// The listener for operators: no pages of other origins, and threads that requests on other listeners cannot use.
    public static ListenerOptions operatorsListener(Settings.Edge edge, String advertisedHost, int threads) {
        return new ListenerOptions(Optional.empty(), AllowedHosts.of(edge.allowedHosts(), advertisedHost), Set.of(),
                Optional.of(threads));
    }
}
