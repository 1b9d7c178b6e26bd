package com.fanfinity.analytics.security;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Security;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.metrics.SecurityMeters;

/// The gate of the clients' port with its keys and tokens. It reads the key file every 5 s, and ends the streams of
/// keys and tokens that are no longer valid.
public final class SecurityService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecurityService.class);

    private static final long TICK_SECONDS = 5;
    private static final int TICKS_PER_AUDIT = 2;

    /// Open responses that belong to callers.
    @FunctionalInterface
    public interface OpenStreams {
        /// Ends the streams of the callers that match. Must not block for long.
        void endIf(Predicate<Caller> ended);
    }

    private final ApiKeys keys;
    private final Optional<KeyFileWatch> file;
    private final Optional<JwksWatch> tokenKeys;
    private final Optional<JwtVerifier> tokens;
    private final RefusalAudit audit;
    private final AccessGate gate;
    private final CopyOnWriteArrayList<OpenStreams> streams = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("api-keys").factory());
    private long ticks;

    /// Reads the key file once, and begins to read the keys of tokens. A file that cannot be read is reported by
    /// {@link #fault}, and is tried again.
    ///
    /// @param oldAdminKey the value of `ADMIN_KEY`; may be empty
    /// @param nanoTime as `System.nanoTime()`
    public SecurityService(Security settings, Secret oldAdminKey, InstantSource clock, LongSupplier nanoTime,
            SecurityMeters meters) {
        keys = new ApiKeys(clock, oldAdminKey);
        meters.keys(keys::size);
        audit = new RefusalAudit(meters);
        file = settings.keysFile().map(path -> new KeyFileWatch(path, keys, settings.rates(), meters));
        tokenKeys = settings.jwt().map(jwt -> new JwksWatch(JwksSource.of(jwt.keys()), nanoTime, meters));
        tokens = settings.jwt()
                .map(jwt -> new JwtVerifier(jwt, tokenKeys.orElseThrow(), clock, nanoTime));
        gate = new AccessGate(settings.auth(), settings.readsNeedAKey(), keys, tokens,
                new ClientAddresses(settings.trustedProxies(), settings.addressSource()),
                new RateLimits(settings.rates(), nanoTime, meters), audit);
        file.ifPresent(KeyFileWatch::refresh);
        tokenKeys.ifPresent(JwksWatch::read);
        warn(settings, oldAdminKey);
    }

    private void warn(Security settings, Secret oldAdminKey) {
        if (!oldAdminKey.isEmpty()) {
            LOG.warn("ADMIN_KEY is deprecated and the next release ignores it; create a key with the scope admin");
        }
        if (!settings.auth()) {
            LOG.warn("AUTH is off: every client may read and write");
        } else if (file.isEmpty() && tokens.isEmpty()) {
            LOG.warn("API_KEYS_FILE is not set: every write is refused");
        }
    }

    public Gate gate() {
        return gate;
    }

    /// Why the key file or the keys of tokens cannot be used; empty text if they can, or if there are none.
    public String fault() {
        return Stream.concat(file.map(KeyFileWatch::fault).stream(), tokenKeys.map(JwksWatch::fault).stream())
                .filter(fault -> !fault.isEmpty()).collect(Collectors.joining("; "));
    }

    /// Ends these streams when their key or token becomes invalid.
    public void watch(OpenStreams open) {
        streams.add(open);
    }

    /// Starts the schedule.
    public void start() {
        var _ = scheduler.scheduleWithFixedDelay(this::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    /// One turn of the schedule. An exception would end the schedule.
    void tick() {
        try {
            file.ifPresent(KeyFileWatch::refresh);
            tokenKeys.ifPresent(JwksWatch::tick);
            // Without a change of the keys too, because a key or a token can have expired.
            streams.forEach(open -> open.endIf(caller -> !isCurrent(caller)));
            if (++ticks % TICKS_PER_AUDIT == 0) {
                audit.flush();
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("API keys not refreshed");
        }
    }

    private boolean isCurrent(Caller caller) {
        return keys.isCurrent(caller, Access.READ)
                && tokens.map(verifier -> verifier.isCurrent(caller)).orElse(true);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        tokenKeys.ifPresent(JwksWatch::close);
        audit.flush();
    }
}
