package com.fanfinity.analytics.security;

import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.Route;
import com.fanfinity.analytics.metrics.SecurityMeters.Refusal;
import com.fanfinity.analytics.security.ApiKeys.KeyResult;

/// The gate of the clients' port. In this order: the client's address and its rate, the key or token, the scope, the
/// caller's rate.
///
/// The rate of an address applies to requests without a valid key. So an address with many clients, such as a stadium,
/// cannot take the rate of a key, and a flood of invalid keys does not stop a valid one.
///
/// With `AUTH=off` every request may read, write and operate. Admin routes need a key even then.
final class AccessGate implements Gate {

    private static final Set<Access> ALWAYS_CLOSED = EnumSet.of(Access.PEER);

    /// One text for every invalid key, so that a refusal does not show which ids exist.
    private static final String KEY_NEEDED = "Send a valid key as Authorization: Bearer <key> or as X-API-Key: <key>.";

    private final boolean auth;
    private final ApiKeys keys;
    private final Optional<JwtVerifier> tokens;
    private final ClientAddresses addresses;
    private final RateLimits limits;
    private final RefusalAudit audit;
    private final Caller withoutKey;

    /// @param tokens empty if only keys are valid
    AccessGate(boolean auth, boolean readsNeedAKey, ApiKeys keys, Optional<JwtVerifier> tokens,
            ClientAddresses addresses, RateLimits limits, RefusalAudit audit) {
        this.auth = auth;
        this.keys = keys;
        this.tokens = tokens;
        this.addresses = addresses;
        this.limits = limits;
        this.audit = audit;
        this.withoutKey = auth
                ? Caller.withoutKey(readsNeedAKey ? Set.of() : Set.of(Access.READ))
                : Caller.TRUSTED;
    }

    @Override
    public boolean readsProxyProtocol() {
        return addresses.useProxyProtocol();
    }

    @Override
    public Optional<ClientAddress> limitedAddress(SocketAddress remote) {
        return addresses.limitedAddress(remote);
    }

    @Override
    public Verdict admit(Request request, Optional<Route> route) {
        ClientAddress address = addresses.of(request);
        address.storeIn(request);
        if (route.isPresent() && route.get().access().isEmpty()) {
            return refused(address, Refusal.NO_ACCESS_DEFINED, forbidden());
        }
        Access access = route.flatMap(Route::access).orElse(Access.OPEN);
        if (ALWAYS_CLOSED.contains(access)) {
            return new Refused(Problem.notFound("No resource exists at this path."), Map.of());
        }
        return switch (PresentedKey.of(request.getHeaders())) {
            case PresentedKey.None _ -> admitWithoutKey(request, address, route, access);
            case PresentedKey.Conflicting _ -> access == Access.OPEN
                    ? admitWithoutKey(request, address, route, access)
                    : invalidKey(address, Refusal.CONFLICTING);
            case PresentedKey.One(String key) when tokens.isPresent() && JwtVerifier.isToken(key) ->
                admitToken(tokens.get(), key, request, address, route, access);
            case PresentedKey.One(String key) -> admit(request, address, route, access, keys.check(key));
        };
    }

    /// The check of a signature costs up to 1,000 times the check of a key. So a token that is not remembered counts as
    /// a request without a key, and is not checked beyond that rate: the answer is 429. Routes that have no rate answer
    /// as without a key.
    private Verdict admitToken(JwtVerifier verifier, String token, Request request, ClientAddress address,
            Optional<Route> route, Access access) {
        Optional<Caller> known = verifier.remembered(token);
        if (known.isPresent()) {
            return admit(request, address, route, access, new ApiKeys.Valid(known.get()));
        }
        Optional<RateRefusal> tooMany = limits.signature(address);
        if (tooMany.isPresent()) {
            return isExempt(route) ? admitWithoutKey(request, address, route, access) : tooMany.get().toRefused();
        }
        KeyResult result = verifier.verify(token);
        if (result instanceof ApiKeys.Invalid && isOpen(access)) {
            var _ = limits.failure(address); // no refusal follows that would charge it
        }
        return admit(request, address, route, access, result);
    }

    private static boolean isExempt(Optional<Route> route) {
        return route.filter(each -> RouteWeights.isExempt(each.template())).isPresent();
    }

    private Verdict admit(Request request, ClientAddress address, Optional<Route> route, Access access,
            KeyResult result) {
        return switch (result) {
            case ApiKeys.Valid(Caller caller) -> admit(request, address, route, access, ofKey(caller));
            case ApiKeys.Invalid _ when isOpen(access) -> admitWithoutKey(request, address, route, access);
            case ApiKeys.Invalid(Refusal reason) -> invalidKey(address, reason);
        };
    }

    /// Whether a key that is not valid is no reason to refuse.
    private boolean isOpen(Access access) {
        return access == Access.OPEN || (!auth && access != Access.ADMIN);
    }

    /// With `AUTH=off` a key adds a name, and limits nothing.
    private Caller ofKey(Caller caller) {
        if (auth) {
            return caller;
        }
        Set<Access> scopes = EnumSet.copyOf(withoutKey.scopes());
        scopes.addAll(caller.scopes());
        return new Caller(caller.id(), scopes, List.of(), caller.rates(), caller.credential());
    }

    private Verdict admitWithoutKey(Request request, ClientAddress address, Optional<Route> route, Access access) {
        Optional<RateRefusal> tooMany = isExempt(route) ? Optional.empty() : limits.request(address);
        return tooMany.<Verdict>map(RateRefusal::toRefused)
                .orElseGet(() -> admit(request, address, route, access, withoutKey));
    }

    private Verdict admit(Request request, ClientAddress address, Optional<Route> route, Access access,
            Caller caller) {
        if (access == Access.ADMIN && !keys.hasAdmin() && tokens.isEmpty()) {
            return new Refused(Problem.of(403, "admin-off", "Admin routes disabled",
                    "Admin routes are disabled because no key has the scope admin."), Map.of());
        }
        if (!caller.may(access)) {
            return caller.hasKey()
                    ? refused(address, Refusal.SCOPE, forbidden())
                    : refused(address, Refusal.NO_KEY, unauthorized());
        }
        caller.storeIn(request);
        Optional<RateRefusal> tooMany = switch (access) {
            case READ -> limits.reads(caller, address, RouteWeights.of(route.orElseThrow().template()));
            case INGEST -> chargeWrite(request, address, route.orElseThrow(), caller);
            case OPEN, OPS, ADMIN, PEER -> Optional.empty();
        };
        return tooMany.<Verdict>map(RateRefusal::toRefused).orElse(Verdict.ADMITTED);
    }

    /// The events of a batch are charged when they are known.
    private Optional<RateRefusal> chargeWrite(Request request, ClientAddress address, Route route, Caller caller) {
        long length = request.getLength();
        WriteAdmission.store(request, caller, address, length >= 0, limits, audit);
        Optional<RateRefusal> tooManyBytes = limits.bytes(caller, address, Math.max(0, length));
        return tooManyBytes.isPresent() || RouteWeights.isBatch(route.template())
                ? tooManyBytes
                : limits.events(caller, address, 1);
    }

    private Verdict invalidKey(ClientAddress address, Refusal reason) {
        Optional<RateRefusal> tooMany = limits.failure(address);
        if (tooMany.isPresent()) {
            audit.refused(address, Refusal.TOO_MANY_FAILURES);
            return tooMany.get().toRefused();
        }
        return refused(address, reason, unauthorized());
    }

    private Refused refused(ClientAddress address, Refusal reason, Refused answer) {
        audit.refused(address, reason);
        return answer;
    }

    private static Refused unauthorized() {
        return new Refused(Problem.of(401, "unauthorized", "Key required", KEY_NEEDED),
                Map.of(HttpHeader.WWW_AUTHENTICATE.asString(), "Bearer realm=\"fanfinity\""));
    }

    private static Refused forbidden() {
        return new Refused(Problem.of(403, "forbidden", "Forbidden", "The key does not allow this request."),
                Map.of());
    }
}
