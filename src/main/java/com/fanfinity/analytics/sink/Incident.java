package com.fanfinity.analytics.sink;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A trouble that lasts: one line when it begins, one when it is over, however often it is met in between.
final class Incident {
    private static final Logger LOG = LoggerFactory.getLogger(Incident.class);

    private final String name;
    private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());
    private final AtomicInteger failures = new AtomicInteger();

    Incident(String name) {
        this.name = name;
    }

    void goesOn(Throwable cause) {
        failures.incrementAndGet();
        if (reason.getAndSet(Optional.of(name + ": " + innermost(cause))).isEmpty()) {
            LOG.atWarn().addKeyValue("incident", name).setCause(cause).log("incident began; tried again until it is over");
        }
    }

    void isOver() {
        if (reason.get().isPresent() && reason.getAndSet(Optional.empty()).isPresent()) {
            LOG.atInfo().addKeyValue("incident", name).addKeyValue("failures", failures.getAndSet(0)).log("incident is over");
        }
    }

    /// Why the sink is not well; empty if it is.
    Optional<String> reason() {
        return reason.get();
    }

    private static String innermost(Throwable cause) {
        Throwable inner = cause;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return message == null ? inner.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }
}
