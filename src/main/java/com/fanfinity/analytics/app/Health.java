package com.fanfinity.analytics.app;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import com.fanfinity.analytics.metrics.InstanceMeters;

/// The health of this instance: the checks of its roles, and one check of its own for each probe.
final class Health {

    private final List<RoleComponent> components;
    private final IntSupplier partitions;
    private final Supplier<String> obstacle;
    private volatile boolean closing;

    /// @param partitions of `match-events`; 0 until the topics exist
    /// @param obstacle why the topics are not usable yet
    Health(Collection<RoleComponent> components, IntSupplier partitions, Supplier<String> obstacle) {
        this.components = List.copyOf(components);
        this.partitions = partitions;
        this.obstacle = obstacle;
    }

    /// Makes the instance not ready, so that load balancers send it no new requests.
    void markClosing() {
        closing = true;
    }

    Map<String, CheckResult> live() {
        return checks("process", CheckResult.up("running"), RoleComponent::live);
    }

    Map<String, CheckResult> ready() {
        return checks("shutdown", closing ? CheckResult.down("closing") : CheckResult.up("not closing"),
                RoleComponent::ready);
    }

    Map<String, CheckResult> startup() {
        return checks("topics",
                partitions.getAsInt() > 0 ? CheckResult.up("exist") : CheckResult.down(obstacle.get()),
                RoleComponent::startup);
    }

    /// Writes the checks that can change while the service runs to the meters.
    void sample(InstanceMeters meters) {
        live().forEach((check, result) -> sample(meters, "live", check, result.status()));
        ready().forEach((check, result) -> sample(meters, "ready", check, result.status()));
    }

    private static void sample(InstanceMeters meters, String probe, String check, CheckResult.Status status) {
        switch (status) {
            case OFF -> meters.healthOff(probe, check);
            case UP -> meters.health(probe, check, 1);
            case DEGRADED -> meters.health(probe, check, 0.5);
            case DOWN -> meters.health(probe, check, 0);
        }
    }

    private Map<String, CheckResult> checks(String name, CheckResult own,
            Function<RoleComponent, Map<String, CheckResult>> ofComponent) {
        Map<String, CheckResult> all = new HashMap<>(Map.of(name, own));
        components.forEach(component -> all.putAll(ofComponent.apply(component)));
        return all;
    }
}
