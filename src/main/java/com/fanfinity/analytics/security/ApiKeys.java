package com.fanfinity.analytics.security;

import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.event.Sha256;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.metrics.SecurityMeters.Refusal;
import com.fanfinity.analytics.security.Caller.KeyCredential;
import com.fanfinity.analytics.security.Caller.KeyRates;

/// The keys that are valid now. They can be replaced while requests are checked.
///
/// A key has 256 random bits, so one SHA-256 protects it. Hashes are compared in constant time, an unknown id with a
/// dummy, so that neither text nor time of a refusal shows which ids exist.
final class ApiKeys {

    /// The id of the old admin key in the audit trail.
    static final String OLD_ADMIN = "admin";

    private static final KeySecret DUMMY = KeySecret.of("0".repeat(64), Instant.MIN);

    /// @param matches prefixes; empty if the key may write all matches
    /// @param secrets one, or two during a rotation
    record KeyEntry(String id, Set<Access> scopes, List<String> matches, KeyRates rates, List<KeySecret> secrets) {

        Caller caller(KeySecret secret) {
            return new Caller(id, scopes, matches, rates, new KeyCredential(secret.sha256()));
        }
    }

    /// @param sha256 of the whole key, in hexadecimal
    /// @param notAfter the end of its validity
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record KeySecret(String sha256, byte[] hash, Instant notAfter) {
        static KeySecret of(String sha256, Instant notAfter) {
            return new KeySecret(sha256, HexFormat.of().parseHex(sha256), notAfter);
        }
    }

    /// The result of checking a key.
    sealed interface KeyResult {}

    record Valid(Caller caller) implements KeyResult {}

    record Invalid(Refusal reason) implements KeyResult {}

    private record Usable(Caller caller, KeySecret secret) {}

    private final InstantSource clock;
    private final byte[] oldAdminKey;
    private final boolean hasOldAdminKey;
    private final Caller oldAdmin;
    private volatile Map<String, List<Usable>> keys = Map.of();

    /// @param oldAdminKey the value of `ADMIN_KEY`; may be empty
    ApiKeys(InstantSource clock, Secret oldAdminKey) {
        this.clock = clock;
        this.hasOldAdminKey = !oldAdminKey.isEmpty();
        this.oldAdminKey = Sha256.of(oldAdminKey.value());
        this.oldAdmin = new Caller(OLD_ADMIN, Set.of(Access.ADMIN), List.of(), KeyRates.DEFAULT,
                new KeyCredential(HexFormat.of().formatHex(this.oldAdminKey)));
    }

    void replaceBy(Map<String, KeyEntry> entries) {
        Map<String, List<Usable>> usable = new HashMap<>();
        entries.forEach((id, entry) -> usable.put(id,
                entry.secrets().stream().map(secret -> new Usable(entry.caller(secret), secret)).toList()));
        keys = Map.copyOf(usable);
    }

    int size() {
        return keys.size();
    }

    /// Whether any key opens the admin routes.
    boolean hasAdmin() {
        return hasOldAdminKey
                || keys.values().stream().anyMatch(key -> key.getFirst().caller().may(Access.ADMIN));
    }

    KeyResult check(String key) {
        Optional<String> id = ApiKey.idOf(key);
        byte[] hash = Sha256.of(key);
        if (id.isEmpty()) {
            return hasOldAdminKey && MessageDigest.isEqual(hash, oldAdminKey)
                    ? new Valid(oldAdmin)
                    : new Invalid(Refusal.MALFORMED);
        }
        List<Usable> known = keys.getOrDefault(id.get(), List.of());
        if (known.isEmpty()) {
            boolean _ = MessageDigest.isEqual(hash, DUMMY.hash());
            return new Invalid(Refusal.UNKNOWN);
        }
        for (Usable usable : known) {
            if (MessageDigest.isEqual(hash, usable.secret().hash())) {
                return isExpired(usable) ? new Invalid(Refusal.EXPIRED) : new Valid(usable.caller());
            }
        }
        return new Invalid(Refusal.WRONG);
    }

    /// Whether the caller's key is still valid and still has the access. A caller without a key of this kind always is.
    boolean isCurrent(Caller caller, Access access) {
        if (!(caller.credential() instanceof KeyCredential(String sha256))
                || caller.credential().equals(oldAdmin.credential())) {
            return true;
        }
        return keys.getOrDefault(caller.id(), List.of()).stream()
                .filter(usable -> usable.secret().sha256().equals(sha256))
                .anyMatch(usable -> !isExpired(usable)
                        && (usable.caller().may(access) || !caller.may(access)));
    }

    private boolean isExpired(Usable usable) {
        return clock.instant().isAfter(usable.secret().notAfter());
    }
}
