package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Jwt;
import com.fanfinity.analytics.event.Sha256;
import com.fanfinity.analytics.metrics.SecurityMeters.Refusal;
import com.fanfinity.analytics.security.ApiKeys.Invalid;
import com.fanfinity.analytics.security.ApiKeys.KeyResult;
import com.fanfinity.analytics.security.ApiKeys.Valid;
import com.fanfinity.analytics.security.Caller.TokenCredential;
import com.fanfinity.analytics.security.Jwks.SigningKey;

/// Verifies JSON Web Tokens of one issuer, signed with RS256 or ES256.
///
/// The key comes only from the configured key set, and fits only its own algorithm. So a header that carries or names
/// another key is refused, and no public key can serve as the secret of another algorithm. The claims are parsed only
/// after the signature has been checked.
///
/// A verified token is remembered by its hash, for at most 5 minutes and never beyond its end. Refused tokens are not
/// remembered.
final class JwtVerifier {

    static final int MAX_LENGTH = 6 << 10;

    static final Duration MAX_REMEMBERED = Duration.ofMinutes(5);

    /// The most remembered tokens and prefixes of matches together.
    static final int MAX_WEIGHT = 20_000;

    /// Header parameters that bring a key of their own, or change the signed part.
    private static final Set<String> REFUSED_PARAMETERS = Set.of("jku", "jwk", "x5u", "x5c", "crit", "b64", "enc",
            "zip");

    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

    /// Header and claims begin with a brace. The parser would also take a list of pairs for an object.
    private static final Pattern FORM = Pattern.compile("(ey[\\w-]+)\\.(e[wy][\\w-]+)\\.([\\w-]+)");

    /// A token that is not accepted.
    static final class RefusedToken extends Exception {
        private static final long serialVersionUID = 1L;

        private final Refusal reason;

        /// Without a stack trace, because clients cause it at will.
        RefusedToken(Refusal reason) {
            super(reason.wireName(), null, false, false);
            this.reason = reason;
        }
    }

    private final Jwt settings;
    private final JwksWatch keys;
    private final InstantSource clock;
    private final Cache<String, Caller> verified;

    /// @param nanoTime as `System.nanoTime()`
    JwtVerifier(Jwt settings, JwksWatch keys, InstantSource clock, LongSupplier nanoTime) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.verified = Caffeine.newBuilder().maximumWeight(MAX_WEIGHT)
                .weigher((String _, Caller caller) -> 1 + caller.matches().size()).expireAfterWrite(MAX_REMEMBERED)
                .ticker(nanoTime::getAsLong).executor(Runnable::run).build();
    }

    /// Whether the text is a token and not a key: a token begins with an encoded JSON object, and a key with `ff1_`.
    static boolean isToken(String text) {
        return text.startsWith("ey");
    }

    /// The caller of a token that was verified before, and is still valid.
    Optional<Caller> remembered(String token) {
        return token.length() > MAX_LENGTH
                ? Optional.empty()
                : Optional.ofNullable(verified.getIfPresent(Sha256.hex(token))).filter(this::isCurrent);
    }

    /// Checks the signature and the claims, and remembers a valid token.
    KeyResult verify(String token) {
        try {
            Caller caller = caller(token);
            verified.put(Sha256.hex(token), caller);
            return new Valid(caller);
        } catch (RefusedToken e) {
            return new Invalid(e.reason);
        }
    }

    /// Whether the caller's token has not ended, and the issuer still has its key. A caller without a token always is.
    boolean isCurrent(Caller caller) {
        return !(caller.credential() instanceof TokenCredential token)
                || (keys.current().contains(token.signingKey()) && clock.instant().isBefore(token.expires()));
    }

    private Caller caller(String token) throws RefusedToken {
        var parts = FORM.matcher(token);
        if (token.length() > MAX_LENGTH || !parts.matches()) {
            throw new RefusedToken(Refusal.TOKEN_MALFORMED);
        }
        SigningKey key = key(parse(parts.group(1)));
        byte[] signed = token.substring(0, parts.end(2)).getBytes(US_ASCII);
        if (!key.hasSigned(signed, new Base64URL(parts.group(3)))) {
            throw new RefusedToken(Refusal.TOKEN_WRONG);
        }
        try {
            return JwtClaims.caller(JWTClaimsSet.parse(parse(parts.group(2))), settings, clock.instant(),
                    key.thumbprint());
        } catch (ParseException _) {
            throw new RefusedToken(Refusal.TOKEN_CLAIMS);
        }
    }

    private SigningKey key(Map<String, Object> header) throws RefusedToken {
        if (REFUSED_PARAMETERS.stream().anyMatch(header::containsKey) || !hasKnownType(header.get("typ"))
                || !(header.get("alg") instanceof String algorithm) || !(header.get("kid") instanceof String id)
                || !Jwks.ALGORITHMS.contains(algorithm)) {
            throw new RefusedToken(Refusal.TOKEN_MALFORMED);
        }
        Optional<SigningKey> key = keys.current().find(algorithm, id);
        if (key.isEmpty()) {
            keys.unknownKey();
            throw new RefusedToken(Refusal.TOKEN_KEY_UNKNOWN);
        }
        return key.get();
    }

    /// A token for another purpose, such as a logout, has another type.
    private static boolean hasKnownType(@Nullable Object type) {
        return type == null || (type instanceof String text && TYPES.contains(text.toLowerCase(Locale.ROOT)));
    }

    private static Map<String, Object> parse(String base64) throws RefusedToken {
        try {
            return JSONObjectUtils.parse(new Base64URL(base64).decodeToString());
        } catch (ParseException _) { // a duplicate member too
            throw new RefusedToken(Refusal.TOKEN_MALFORMED);
        }
    }
}
