package com.fanfinity.analytics.app;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;

import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.metrics.Meters;

/// How this instance is: what its parts say, and what is nobody's in particular.
final class Health {

    private final List<RoleComponent> parts;
    private final IntSupplier partitions;
    private volatile boolean closing;

    /// @param partitions of `match-events`; 0 as long as they are not known
    Health(Collection<RoleComponent> parts, IntSupplier partitions) {
        this.parts = List.copyOf(parts);
        this.partitions = partitions;
    }

    /// From now on not ready, so that no new requests are sent here.
    void closing() {
        closing = true;
    }

    Map<String, Check> live() {
        return with("process", Check.up("answers"), RoleComponent::live);
    }

    Map<String, Check> ready() {
        return with("shutdown", closing ? Check.down("closing") : Check.up("not closing"), RoleComponent::ready);
    }

    Map<String, Check> startup() {
        return with("topics", partitions.getAsInt() > 0 ? Check.up("exist") : Check.down("waiting for Kafka"), RoleComponent::startup);
    }

    /// Takes what can change while the service runs into the meters.
    void sample(Meters meters) {
        meters.instance().health("live", live());
        meters.instance().health("ready", ready());
    }

    private Map<String, Check> with(String name, Check own, Function<RoleComponent, Map<String, Check>> ofPart) {
        Map<String, Check> all = new HashMap<>(Map.of(name, own));
        parts.forEach(part -> all.putAll(ofPart.apply(part)));
        return all;
    }
}
