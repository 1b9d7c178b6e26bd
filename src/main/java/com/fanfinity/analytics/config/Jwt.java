package com.fanfinity.analytics.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// The settings of tokens (JSON Web Tokens) of one issuer.
///
/// @param issuer the only accepted value of the claim `iss`
/// @param audience a value that the claim `aud` must contain
/// @param keys where the issuer's public keys are
public record Jwt(String issuer, String audience, KeyLocation keys) {

    /// The place of a JSON Web Key Set.
    public sealed interface KeyLocation {}

    public record KeySetFile(Path path) implements KeyLocation {}

    /// @param url over https
    /// @param refresh the time between two reads
    public record KeySetUrl(URI url, Duration refresh) implements KeyLocation {}
}
