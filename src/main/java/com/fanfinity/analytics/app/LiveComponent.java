package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.apache.kafka.clients.admin.Admin;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.live.LiveService;
import com.fanfinity.analytics.live.MetricsSource;
import com.fanfinity.analytics.live.PageRoutes;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.Caller;

/// The role `live`: the pages and the live streams.
final class LiveComponent implements RoleComponent {

    private final LiveService live;

    LiveComponent(Settings settings, Topics topics, Admin admin, MetricsSource source, Clock clock, Meters meters) {
        live = new LiveService(settings, topics, admin, source, clock, meters.live());
    }

    @Override
    public List<Routes> routes() {
        return List.of(PageRoutes.all());
    }

    @Override
    public List<Routes> opsRoutes() {
        return List.of(PageRoutes.pipelineOnly());
    }

    @Override
    public List<StreamingEndpoint> streamingEndpoints() {
        return List.of(live.endpoint());
    }

    @Override
    public void start() {
        live.start();
    }

    @Override
    public Map<String, CheckResult> ready() {
        return Map.of("live", check());
    }

    /// A lag is only `degraded`: pages show how old their data is, and another instance is unlikely to be ahead.
    private CheckResult check() {
        if (!live.isLoaded()) {
            return CheckResult.down("reading recent updates");
        }
        if (live.isCurrent()) {
            return CheckResult.up("updates are current");
        }
        Optional<Duration> age = live.age();
        return CheckResult.degraded(age.isEmpty()
                ? "updates are of unknown age"
                : String.format(Locale.ROOT, "updates are %d s old", age.get().toSeconds()));
    }

    /// Ends the streams of the callers that match.
    void endStreamsIf(Predicate<Caller> ended) {
        live.endStreamsIf(ended);
    }

    @Override
    public void endStreams() {
        live.endStreams();
    }

    @Override
    public void close(Duration limit) {
        live.close();
    }
}
