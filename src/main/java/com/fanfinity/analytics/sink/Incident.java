package com.fanfinity.analytics.sink;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lasting failure, seen by one or several sources. It logs one line when it begins and one when it has ended for all
/// sources, however many failures lie between. A source that records a failure must later resolve or withdraw it.
final class Incident {
    private static final Logger LOG = LoggerFactory.getLogger(Incident.class);

    private final String name;
    private final Set<Object> sources = new HashSet<>();
    private Optional<String> reason = Optional.empty();
    private int failures;

    Incident(String name) {
        this.name = name;
    }

    synchronized void recordFailure(Object source, Throwable cause) {
        failures++;
        sources.add(source);
        boolean begins = reason.isEmpty();
        reason = Optional.of(name + ": " + innermostMessage(cause));
        if (begins) {
            LOG.atWarn().addKeyValue("incident", name).setCause(cause)
                    .log("incident began; the sink retries until it ends");
        }
    }

    /// The source has succeeded.
    void resolve(Object source) {
        remove(source, "incident is over");
    }

    /// The source no longer tries, so it cannot know whether the failure lasts.
    void withdraw(Object source) {
        remove(source, "incident closed: this instance no longer retries");
    }

    private synchronized void remove(Object source, String message) {
        if (sources.remove(source) && sources.isEmpty()) {
            LOG.atInfo().addKeyValue("incident", name).addKeyValue("failures", failures).log(message);
            reason = Optional.empty();
            failures = 0;
        }
    }

    /// The latest failure; empty if no source has an open one.
    synchronized Optional<String> reason() {
        return reason;
    }

    private static String innermostMessage(Throwable cause) {
        Throwable inner = cause;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return message == null ? inner.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }
}
