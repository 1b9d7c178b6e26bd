package com.fanfinity.analytics.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.config.AddressRange;
import com.fanfinity.analytics.config.IpLiteral;
import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.NetworkEndPoint;

/// Settles the address of the client of each request.
///
/// It is the socket's address. If that address is a trusted proxy's, one configured source states the client's, and of
/// the stated addresses the rightmost one counts that is not a trusted proxy's. A client can write any address into the
/// source, but only to the left of those that the proxies add. A statement that cannot be read ends the search, so the
/// last address that is known counts.
final class ClientAddresses {

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";

    private final List<AddressRange> trusted;
    private final AddressSource source;

    ClientAddresses(List<AddressRange> trusted, AddressSource source) {
        this.trusted = List.copyOf(trusted);
        this.source = source;
    }

    boolean useProxyProtocol() {
        return source == AddressSource.PROXY_PROTOCOL;
    }

    ClientAddress of(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        if (useProxyProtocol()) {
            return ofProxyProtocol(connection.getConnection().getEndPoint());
        }
        SocketAddress socket = connection.getRemoteSocketAddress();
        return trusted.isEmpty() ? ClientAddress.of(socket) : ofHeaders(socket, request.getHeaders());
    }

    /// Empty for a trusted proxy.
    Optional<ClientAddress> limitedAddress(SocketAddress remote) {
        return isTrusted(remote) ? Optional.empty() : Optional.of(ClientAddress.of(remote));
    }

    /// The endpoint reports the stated address, and the one below it the socket's.
    private ClientAddress ofProxyProtocol(EndPoint endPoint) {
        SocketAddress direct = NetworkEndPoint.below(endPoint).getRemoteSocketAddress();
        return isTrusted(direct) ? ClientAddress.of(endPoint.getRemoteSocketAddress()) : ClientAddress.of(direct);
    }

    ClientAddress ofHeaders(SocketAddress socket, HttpFields headers) {
        if (!isTrusted(socket)) {
            return ClientAddress.of(socket);
        }
        List<String> stated = headers.getValuesList(source == AddressSource.FORWARDED ? FORWARDED : X_FORWARDED_FOR);
        List<String> hops = stated.stream().flatMap(line -> List.of(line.split(",", -1)).stream()).toList();
        ClientAddress last = ClientAddress.of(socket);
        for (String hop : hops.reversed()) {
            Optional<InetAddress> address = source == AddressSource.FORWARDED
                    ? ForwardedElement.address(hop)
                    : ForwardedElement.node(hop.strip());
            if (address.isEmpty()) {
                return last;
            }
            last = ClientAddress.of(address.get());
            if (!isTrusted(address.get())) {
                return last;
            }
        }
        return last;
    }

    private boolean isTrusted(SocketAddress socket) {
        return socket instanceof InetSocketAddress internet && internet.getAddress() != null
                && isTrusted(internet.getAddress());
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /// One hop of `Forwarded` or `X-Forwarded-For`.
    private static final class ForwardedElement {

        private ForwardedElement() {}

        /// The parameter `for` of an element of RFC 7239.
        static Optional<InetAddress> address(String element) {
            for (String pair : element.split(";", -1)) {
                String[] parts = pair.strip().split("=", 2);
                if (parts.length == 2 && parts[0].strip().equalsIgnoreCase("for")) {
                    String value = parts[1].strip();
                    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
                    return node(quoted ? value.substring(1, value.length() - 1) : value);
                }
            }
            return Optional.empty();
        }

        /// An address, with or without a port; an IPv6 address with a port is in brackets.
        static Optional<InetAddress> node(String node) {
            if (node.startsWith("[")) {
                int end = node.indexOf(']');
                return end > 0 && hasPortOrNothing(node.substring(end + 1))
                        ? IpLiteral.parse(node.substring(1, end))
                        : Optional.empty();
            }
            int colon = node.indexOf(':');
            boolean withPort = colon >= 0 && colon == node.lastIndexOf(':');
            if (!withPort) {
                return IpLiteral.parse(node);
            }
            return hasPortOrNothing(node.substring(colon))
                    ? IpLiteral.parse(node.substring(0, colon))
                    : Optional.empty();
        }

        private static boolean hasPortOrNothing(String rest) {
            return rest.isEmpty() || rest.matches(":[0-9]{1,5}");
        }
    }
}
