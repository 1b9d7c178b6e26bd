package com.fanfinity.analytics.sink;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.OperatorActionException;

/// A lasting failure, seen by one or several sources. It logs one line when it begins, one when only an operator can
/// end it, and one when it has ended for all sources, however many failures lie between. A source that records a
/// failure must later resolve or withdraw it.
final class Incident {
    private static final Logger LOG = LoggerFactory.getLogger(Incident.class);

    private final String name;
    /// Each source with its latest failure.
    private final Map<Object, Throwable> sources = new LinkedHashMap<>();
    private Optional<String> reason = Optional.empty();
    private int failures;

    Incident(String name) {
        this.name = name;
    }

    synchronized void recordFailure(Object source, Throwable cause) {
        failures++;
        Optional<String> actionBefore = requiredAction();
        sources.put(source, cause);
        boolean begins = reason.isEmpty();
        reason = Optional.of(name + ": " + innermostMessage(cause));
        if (begins) {
            LOG.atWarn().addKeyValue("incident", name).setCause(cause)
                    .log("incident began; the sink retries until it ends");
        }
        if (actionBefore.isEmpty()) {
            requiredAction().ifPresent(action -> LOG.atError().addKeyValue("incident", name)
                    .addKeyValue("action", action).log("an operator must act before the sink can store rows"));
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
        if (sources.remove(source) != null && sources.isEmpty()) {
            LOG.atInfo().addKeyValue("incident", name).addKeyValue("failures", failures).log(message);
            reason = Optional.empty();
            failures = 0;
        }
    }

    /// The latest failure; empty if no source has an open one.
    synchronized Optional<String> reason() {
        return reason;
    }

    /// What an operator must do to end the incident; empty if it may end by itself.
    synchronized Optional<String> requiredAction() {
        return sources.values().stream().filter(OperatorActionException.class::isInstance)
                .map(Incident::innermostMessage).findFirst();
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
