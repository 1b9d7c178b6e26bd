package com.fanfinity.analytics.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The settings of the gate: keys, the client's address, and rates.
///
/// @param auth whether writes, operators' and admin routes need a key
/// @param readsNeedAKey whether reads of matches need a key too
/// @param keysFile the API keys; without it no key is valid, except the old admin key
/// @param jwt the tokens of an issuer; empty if no token is valid
/// @param trustedProxies the addresses whose statement about the client's address is believed
public record Security(boolean auth, boolean readsNeedAKey, Optional<Path> keysFile, Optional<Jwt> jwt,
        List<AddressRange> trustedProxies, AddressSource addressSource, Rates rates) {

    public Security {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// The source of the client's address behind a trusted proxy.
    public enum AddressSource {
        X_FORWARDED_FOR,
        FORWARDED,
        PROXY_PROTOCOL;

        String settingName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// A rate, and how much more may arrive at once.
    ///
    /// @param burst the most units that one moment admits after a pause
    public record Rate(double perSecond, long burst) {
        public Rate {
            if (!(perSecond > 0) || burst < 1) {
                throw new IllegalArgumentException("must be greater than 0");
            }
        }

        /// A rate with the same ratio of burst to rate, and at least the given burst.
        public Rate scaledTo(double otherPerSecond, long minBurst) {
            return new Rate(otherPerSecond, Math.max(minBurst, (long) (burst / perSecond * otherPerSecond)));
        }
    }

    /// The rates of one instance. Each instance counts on its own.
    ///
    /// @param on whether requests are limited
    /// @param events of one key
    /// @param bytes of the request bodies of one key
    /// @param reads of one key, or of one address without a key; a read can count as several
    /// @param requests of one address without a key
    public record Rates(boolean on, Rate events, Rate bytes, Rate reads, Rate requests) {}
}
