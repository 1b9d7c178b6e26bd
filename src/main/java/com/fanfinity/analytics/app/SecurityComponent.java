package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.SecurityService;

/// The gate of the clients' port and its keys. It runs on every instance, whatever its roles.
final class SecurityComponent implements RoleComponent {

    private final SecurityService security;

    SecurityComponent(Settings settings, Clock clock, Meters meters) {
        security = new SecurityService(settings.security(), settings.adminKey(), clock, System::nanoTime,
                meters.security());
    }

    Gate gate() {
        return security.gate();
    }

    /// Ends the streams of keys that are no longer valid.
    void watch(SecurityService.OpenStreams streams) {
        security.watch(streams);
    }

    @Override
    public void start() {
        security.start();
    }

    /// Only `degraded`, because the keys of the last valid file still work.
    @Override
    public Map<String, CheckResult> ready() {
        String fault = security.fault();
        return Map.of("keys", fault.isEmpty() ? CheckResult.up("read") : CheckResult.degraded(fault));
    }

    @Override
    public void close(Duration limit) {
        security.close();
    }
}
