package com.fanfinity.analytics.security;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.security.ApiKeys.KeyEntry;
import com.fanfinity.analytics.security.ApiKeys.KeySecret;

/// The form of `API_KEYS_FILE`:
/// `{"keys": [{"id", "scopes", "matches", "rates", "secrets": [{"sha256", "notAfter"}]}]}`.
///
/// An unknown member is a fault, because a misspelt `matches` would allow all matches. The file contains hashes only.
final class KeyFile {

    static final int MAX_KEYS = 10_000;
    static final int MAX_BYTES = 16 << 20;

    /// The accesses that a key or a token can have.
    static final Set<Access> SCOPES = EnumSet.of(Access.INGEST, Access.READ, Access.OPS, Access.ADMIN);

    private static final int MAX_SECRETS = 2;
    private static final int MAX_PREFIXES = 100;
    private static final int MIN_EVENTS_BURST = 5_000;
    private static final int MIN_BYTES_BURST = 8 << 20;
    private static final int MIN_READS_BURST = 10;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private record FileForm(@Nullable List<KeyForm> keys) {}

    private record KeyForm(@Nullable String id, @Nullable List<String> scopes, @Nullable List<String> matches,
            @Nullable RatesForm rates, @Nullable List<SecretForm> secrets) {}

    private record RatesForm(@Nullable Double events, @Nullable Double bytes, @Nullable Double reads) {}

    private record SecretForm(@Nullable String sha256, @Nullable String notAfter) {}

    /// The file cannot be used. The message names the place and contains no hash.
    static final class KeyFileException extends Exception {
        private static final long serialVersionUID = 1L;

        KeyFileException(String message) {
            super(message);
        }
    }

    private KeyFile() {}

    /// @param defaults for the bursts of keys with rates of their own
    static Map<String, KeyEntry> parse(byte[] json, Rates defaults) throws KeyFileException {
        List<KeyForm> keys = Optional.ofNullable(read(json).keys())
                .orElseThrow(() -> new KeyFileException("keys is missing"));
        if (keys.size() > MAX_KEYS) {
            throw new KeyFileException("has more than " + MAX_KEYS + " keys");
        }
        Map<String, KeyEntry> entries = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            KeyEntry entry = entry(keys.get(i), "keys[" + i + "]", defaults);
            if (entries.put(entry.id(), entry) != null) {
                throw new KeyFileException("has the id " + entry.id() + " twice; rotate with two secrets of one key");
            }
        }
        return entries;
    }

    private static FileForm read(byte[] json) throws KeyFileException {
        try {
            return Optional.ofNullable(JSON.readValue(json, FileForm.class))
                    .orElseThrow(() -> new KeyFileException("is not an object"));
        } catch (JsonProcessingException e) {
            // The message of the parser may repeat a part of the file.
            throw new KeyFileException("is not the JSON of a key file near line "
                    + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw new KeyFileException("cannot be read");
        }
    }

    private static KeyEntry entry(@Nullable KeyForm form, String place, Rates defaults) throws KeyFileException {
        if (form == null || form.id() == null || !ApiKey.ID.matcher(form.id()).matches()) {
            throw new KeyFileException(place + ".id must be 1 to 32 characters of a-z 0-9 . -");
        }
        return new KeyEntry(form.id(), scopes(form.scopes(), place), matches(form.matches(), place),
                rates(form.rates(), place, defaults), secrets(form.secrets(), place));
    }

    private static Set<Access> scopes(@Nullable List<String> names, String place) throws KeyFileException {
        Set<Access> scopes = EnumSet.noneOf(Access.class);
        for (String name : names == null ? List.<String>of() : names) {
            scopes.add(WireName.parse(Access.values(), String.valueOf(name)).filter(SCOPES::contains)
                    .orElseThrow(() -> new KeyFileException(
                            place + ".scopes must be of ingest, read, ops, admin")));
        }
        if (scopes.isEmpty()) {
            throw new KeyFileException(place + ".scopes is missing or empty");
        }
        return scopes;
    }

    private static List<String> matches(@Nullable List<String> prefixes, String place) throws KeyFileException {
        if (prefixes == null) {
            return List.of();
        }
        if (!arePrefixes(prefixes)) {
            throw new KeyFileException(place + ".matches must be 1 to " + MAX_PREFIXES
                    + " prefixes of match ids; leave it out to allow all matches");
        }
        return prefixes;
    }

    /// Whether these are the prefixes of match ids that a key or a token may name.
    static boolean arePrefixes(List<?> prefixes) {
        return !prefixes.isEmpty() && prefixes.size() <= MAX_PREFIXES
                && prefixes.stream()
                        .allMatch(each -> each instanceof String prefix && PREFIX.matcher(prefix).matches());
    }

    private static Caller.KeyRates rates(@Nullable RatesForm form, String place, Rates defaults)
            throws KeyFileException {
        if (form == null) {
            return Caller.KeyRates.DEFAULT;
        }
        return new Caller.KeyRates(rate(form.events(), place + ".rates.events", defaults.events(), MIN_EVENTS_BURST),
                rate(form.bytes(), place + ".rates.bytes", defaults.bytes(), MIN_BYTES_BURST),
                rate(form.reads(), place + ".rates.reads", defaults.reads(), MIN_READS_BURST));
    }

    private static Optional<Rate> rate(@Nullable Double perSecond, String place, Rate usual, long minBurst)
            throws KeyFileException {
        if (perSecond == null) {
            return Optional.empty();
        }
        if (!(perSecond > 0) || perSecond > 1e12) {
            throw new KeyFileException(place + " must be a number per second, greater than 0");
        }
        return Optional.of(usual.scaledTo(perSecond, minBurst));
    }

    private static List<KeySecret> secrets(@Nullable List<SecretForm> forms, String place) throws KeyFileException {
        if (forms == null || forms.isEmpty() || forms.size() > MAX_SECRETS) {
            throw new KeyFileException(place + ".secrets must be one or two");
        }
        List<KeySecret> secrets = new ArrayList<>();
        for (SecretForm form : forms) {
            if (form == null || form.sha256() == null || !HASH.matcher(form.sha256()).matches()) {
                throw new KeyFileException(place + ".secrets.sha256 must be 64 hexadecimal digits in lower case");
            }
            secrets.add(KeySecret.of(form.sha256(), notAfter(form.notAfter(), place)));
        }
        return secrets;
    }

    private static Instant notAfter(@Nullable String text, String place) throws KeyFileException {
        if (text == null) {
            return Instant.MAX;
        }
        return Timestamps.parse(text).orElseThrow(
                () -> new KeyFileException(place + ".secrets.notAfter must be an RFC 3339 time with an offset"));
    }
}
