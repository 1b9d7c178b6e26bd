package com.fanfinity.analytics.sink;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A trouble that lasts, met in one place or several: one line when it begins, one when it is over in all of them, however often it is met in
/// between. Who meets it in a place must say when it is over there, or when it has left the place.
final class Incident {
    private static final Logger LOG = LoggerFactory.getLogger(Incident.class);

    private final String name;
    private final Set<Object> places = new HashSet<>();
    private Optional<String> reason = Optional.empty();
    private int failures;

    Incident(String name) {
        this.name = name;
    }

    synchronized void goesOn(Object place, Throwable cause) {
        failures++;
        places.add(place);
        boolean begins = reason.isEmpty();
        reason = Optional.of(name + ": " + innermost(cause));
        if (begins) {
            LOG.atWarn().addKeyValue("incident", name).setCause(cause).log("incident began; tried again until it is over");
        }
    }

    void isOver(Object place) {
        end(place, "incident is over");
    }

    /// Nobody tries any more, so whether it is over is not known.
    void left(Object place) {
        end(place, "incident is not met here any more");
    }

    private synchronized void end(Object place, String how) {
        if (places.remove(place) && places.isEmpty()) {
            LOG.atInfo().addKeyValue("incident", name).addKeyValue("failures", failures).log(how);
            reason = Optional.empty();
            failures = 0;
        }
    }

    /// Why the sink is not well, as last met; empty if it is.
    synchronized Optional<String> reason() {
        return reason;
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
