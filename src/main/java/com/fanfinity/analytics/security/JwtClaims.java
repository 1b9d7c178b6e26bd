package com.fanfinity.analytics.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWTClaimsSet;

import com.fanfinity.analytics.config.Jwt;
import com.fanfinity.analytics.event.Sha256;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.metrics.SecurityMeters.Refusal;
import com.fanfinity.analytics.security.Caller.KeyRates;
import com.fanfinity.analytics.security.Caller.TokenCredential;
import com.fanfinity.analytics.security.JwtVerifier.RefusedToken;

/// The rules for the claims of a token whose signature is right.
///
/// | claim | rule |
/// |---|---|
/// | `iss`, `aud` | as set |
/// | `exp` | required; the token ends then by the clock of this instance |
/// | `nbf` | may lie 30 s ahead, because the issuer's clock may be ahead |
/// | `sub` | required, 1 to 255 characters |
/// | `scope` | required; names separated by spaces, of which those that this service does not know are ignored |
/// | `matches` | prefixes of the matches that may be written, as in the key file |
final class JwtClaims {

    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private static final int MAX_SUBJECT_LENGTH = 255;
    private static final int HASH_DIGITS = 32;

    /// The part of a header `producer` after its prefix.
    private static final Pattern PLAIN_SUBJECT = Pattern.compile("[A-Za-z0-9._:@-]{1,60}");

    private JwtClaims() {}

    /// @param signingKey the thumbprint of the key that signed the token
    static Caller caller(JWTClaimsSet claims, Jwt settings, Instant now, String signingKey) throws RefusedToken {
        require(settings.issuer().equals(claims.getIssuer()) && claims.getAudience().contains(settings.audience()));
        Instant expires = expires(claims, now);
        Date notBefore = claims.getNotBeforeTime();
        require(notBefore == null || !notBefore.toInstant().isAfter(now.plus(CLOCK_SKEW)));
        return new Caller(id(claims.getSubject()), scopes(claims.getClaim("scope")), matches(claims),
                KeyRates.DEFAULT, new TokenCredential(signingKey, expires));
    }

    private static Instant expires(JWTClaimsSet claims, Instant now) throws RefusedToken {
        Date expires = claims.getExpirationTime();
        require(expires != null);
        if (!now.isBefore(expires.toInstant())) {
            throw new RefusedToken(Refusal.TOKEN_EXPIRED);
        }
        return expires.toInstant();
    }

    /// The id of the caller: `jwt:` and the subject. A subject that is longer, or has other characters than a header
    /// `producer` may have, gives `jwt-sha256:` and the first half of its hash. No id of a key contains a colon, so
    /// the three kinds never meet.
    private static String id(String subject) throws RefusedToken {
        require(subject != null && !subject.isEmpty() && subject.length() <= MAX_SUBJECT_LENGTH);
        return PLAIN_SUBJECT.matcher(subject).matches()
                ? "jwt:" + subject
                : "jwt-sha256:" + Sha256.hex(subject).substring(0, HASH_DIGITS);
    }

    private static Set<Access> scopes(Object claim) throws RefusedToken {
        require(claim instanceof String);
        Set<Access> scopes = EnumSet.noneOf(Access.class);
        Arrays.stream(((String) claim).split(" ", -1))
                .forEach(name -> WireName.parse(Access.values(), name).filter(KeyFile.SCOPES::contains)
                        .ifPresent(scopes::add));
        return scopes;
    }

    private static List<String> matches(JWTClaimsSet claims) throws RefusedToken {
        if (!claims.getClaims().containsKey("matches")) {
            return List.of();
        }
        require(claims.getClaim("matches") instanceof List<?> prefixes && KeyFile.arePrefixes(prefixes));
        return ((List<?>) claims.getClaim("matches")).stream().map(Objects::toString).toList();
    }

    private static void require(boolean fulfilled) throws RefusedToken {
        if (!fulfilled) {
            throw new RefusedToken(Refusal.TOKEN_CLAIMS);
        }
    }
}
