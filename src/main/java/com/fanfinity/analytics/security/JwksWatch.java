package com.fanfinity.analytics.security;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.metrics.SecurityMeters;
import com.fanfinity.analytics.security.Jwks.JwksException;

/// Keeps the issuer's key set. Requests use the set in memory and never wait for a read.
///
/// A set is read again after the interval of its source. A token that names an unknown key brings that forward, to one
/// minute after the last read. While the set cannot be read, the older keys stay valid. The first fault is logged, and
/// each new one.
final class JwksWatch implements AutoCloseable {

    /// The shortest time between two reads over https: a client that invents key ids must not make this service flood
    /// the issuer.
    static final Duration MIN_GAP = Duration.ofMinutes(1);

    /// As {@link #MIN_GAP}, until a set has been read for the first time.
    static final Duration FIRST_GAP = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(JwksWatch.class);

    private final JwksSource source;
    private final Executor background;
    private final LongSupplier nanoTime;
    private final SecurityMeters meters;
    private final AtomicBoolean reading = new AtomicBoolean();
    private byte[] applied = new byte[0];
    private volatile Jwks current = Jwks.NONE;
    private volatile String fault = "the token keys have not been read";
    private volatile boolean everRead;
    private volatile boolean unknownKeyNamed;
    private volatile long lastTry;
    private volatile long lastRead;

    /// @param nanoTime as `System.nanoTime()`
    JwksWatch(JwksSource source, LongSupplier nanoTime, SecurityMeters meters) {
        this(source, read -> Thread.ofVirtual().name("token-keys").start(read), nanoTime, meters);
    }

    /// @param background runs the reads of a slow source
    JwksWatch(JwksSource source, Executor background, LongSupplier nanoTime, SecurityMeters meters) {
        this.source = source;
        this.background = background;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.lastRead = nanoTime.getAsLong();
        meters.tokenKeys(() -> current.size(), () -> since(lastRead).toSeconds());
    }

    Jwks current() {
        return current;
    }

    /// Why the set cannot be used; empty if it can.
    String fault() {
        return fault;
    }

    /// Reports a token that names a key which is not in the set. Never blocks.
    void unknownKey() {
        unknownKeyNamed = true;
    }

    /// Reads the set if it is time. A slow source is read on another thread, and only by one at a time.
    void tick() {
        if (isDue()) {
            read();
        }
    }

    /// Reads the set now, as {@link #tick} does.
    void read() {
        if (!reading.compareAndSet(false, true)) {
            return;
        }
        lastTry = nanoTime.getAsLong();
        unknownKeyNamed = false;
        if (source.isSlow()) {
            background.execute(this::readAndRelease);
        } else {
            readAndRelease();
        }
    }

    private void readAndRelease() {
        try {
            refresh();
        } finally {
            reading.set(false);
        }
    }

    private boolean isDue() {
        Duration interval = source.interval();
        if (!everRead) {
            interval = min(interval, FIRST_GAP);
        } else if (unknownKeyNamed || !fault.isEmpty()) {
            interval = min(interval, MIN_GAP);
        }
        return since(lastTry).compareTo(interval) >= 0;
    }

    private Duration since(long time) {
        return Duration.ofNanos(nanoTime.getAsLong() - time);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void refresh() {
        try {
            byte[] content = source.read();
            if (!Arrays.equals(content, applied) || !everRead) {
                current = Jwks.parse(content);
                applied = content;
                LOG.atInfo().addKeyValue("keys", current.size()).log("token keys read");
            }
            lastRead = nanoTime.getAsLong();
            everRead = true;
            fault = "";
        } catch (IOException e) {
            failed("the token keys cannot be read", e);
        } catch (JwksException e) {
            failed("the set of token keys is not valid: it " + e.getMessage(), e);
        } catch (RuntimeException e) {
            failed("the set of token keys cannot be used", e);
        }
    }

    private void failed(String newest, Exception cause) {
        meters.tokenKeysNotRead();
        if (!newest.equals(fault)) {
            LOG.atError().addKeyValue("fault", newest).addKeyValue("cause", cause.toString())
                    .log("token keys not read; the older ones stay valid");
        }
        fault = newest;
    }

    @Override
    public void close() {
        source.close();
    }
}
