package com.fanfinity.analytics.http;

import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.eclipse.jetty.server.Request;

/// Admits or refuses every request before any other handler sees it.
///
/// It runs on the selector thread and must not block. It may store attributes in the request.
public interface Gate {

    /// Whether a request is admitted.
    sealed interface Verdict {
        Admitted ADMITTED = new Admitted();
    }

    record Admitted() implements Verdict {}

    /// @param headers further headers of the response, such as `WWW-Authenticate`
    record Refused(Problem problem, Map<String, String> headers) implements Verdict {}

    /// @param route the route that will serve the request; empty if none will, so that the answer is 404 or 405
    Verdict admit(Request request, Optional<Route> route);

    /// Whether connections may begin with a header of the PROXY protocol, from which the gate takes the client's
    /// address.
    default boolean readsProxyProtocol() {
        return false;
    }

    /// The address for which a connection counts in the limit of connections per address; empty if that limit does not
    /// apply, because the other side is a proxy of many clients.
    default Optional<ClientAddress> limitedAddress(SocketAddress remote) {
        return Optional.of(ClientAddress.of(remote));
    }

    /// Admits the routes that require this access, and refuses all others with 404. It is for listeners that only
    /// trusted clients reach.
    static Gate onlyFor(Access... admitted) {
        Set<Access> accesses = Set.copyOf(List.of(admitted));
        return (_, route) -> route.isEmpty() || route.get().access().filter(accesses::contains).isPresent()
                ? Verdict.ADMITTED
                : new Refused(Problem.notFound("No resource exists at this path."), Map.of());
    }
}
