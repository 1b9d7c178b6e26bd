package com.fanfinity.analytics.security;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.javalin.http.Context;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.http.Access;

/// The sender of a request, as the gate has settled it.
///
/// @param id of the key or the token; empty for a request without a key
/// @param scopes the accesses that it has, besides the open ones
/// @param matches prefixes of the matches that it may write; empty if it may write all
/// @param rates of this key alone, where they differ from the settings
/// @param credential what proved the id
public record Caller(String id, Set<Access> scopes, List<String> matches, KeyRates rates, Credential credential) {

    /// The proof of a caller's id.
    sealed interface Credential {}

    /// A request without a key.
    record NoCredential() implements Credential {}

    /// @param sha256 of the key, in hexadecimal
    record KeyCredential(String sha256) implements Credential {}

    /// A verified token.
    ///
    /// @param signingKey the thumbprint of the issuer's key
    /// @param expires the time from which the token is no longer valid
    record TokenCredential(String signingKey, Instant expires) implements Credential {}

    /// Rates of one key; empty where the setting applies.
    record KeyRates(Optional<Rate> events, Optional<Rate> bytes, Optional<Rate> reads) {
        static final KeyRates DEFAULT = new KeyRates(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// A caller on a listener without keys. It has no admin scope: the admin routes need a key on every listener.
    public static final Caller TRUSTED = withoutKey(EnumSet.of(Access.READ, Access.INGEST, Access.OPS));

    private static final String ATTRIBUTE = Caller.class.getName();

    public Caller {
        scopes = Set.copyOf(scopes);
        matches = List.copyOf(matches);
    }

    static Caller withoutKey(Set<Access> scopes) {
        return new Caller("", scopes, List.of(), KeyRates.DEFAULT, new NoCredential());
    }

    /// The caller that the gate has settled; without a gate, {@link #TRUSTED}.
    public static Caller of(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller settled ? settled : TRUSTED;
    }

    /// As {@link #of(Request)}.
    public static Caller of(Context ctx) {
        return ctx.req().getAttribute(ATTRIBUTE) instanceof Caller settled ? settled : TRUSTED;
    }

    void storeIn(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /// Whether a key or a token proved the id.
    public boolean hasKey() {
        return !(credential instanceof NoCredential);
    }

    public boolean may(Access access) {
        return access == Access.OPEN || scopes.contains(access);
    }

    /// Whether it may write events of the match.
    public boolean mayWrite(String matchId) {
        return matches.isEmpty() || matches.stream().anyMatch(matchId::startsWith);
    }
}
