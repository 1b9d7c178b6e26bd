package com.fanfinity.analytics.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.clients.admin.Admin;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.live.LiveService;
import com.fanfinity.analytics.live.MetricsSource;
import com.fanfinity.analytics.live.PageRoutes;
import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.metrics.Meters;

/// Pages and the stream of updates to them.
final class LiveComponent implements RoleComponent {

    private final LiveService live;

    LiveComponent(Settings settings, Topics topics, Admin admin, MetricsSource source, Clock clock, Meters meters) {
        live = new LiveService(settings, topics, admin, source, clock, meters.live());
    }

    @Override
    public List<Routes> routes() {
        return List.of(new PageRoutes());
    }

    @Override
    public List<StreamingEndpoint> directs() {
        return List.of(live.endpoint());
    }

    @Override
    public void start() {
        live.start();
    }

    @Override
    public Map<String, Check> ready() {
        return Map.of("live", check());
    }

    /// Not down for being behind: viewers are told how old what they see is, and another instance would hardly be ahead.
    private Check check() {
        if (!live.isLoaded()) {
            return Check.down("reading what was published lately");
        }
        if (live.isCurrent()) {
            return Check.up("follows");
        }
        Optional<Duration> age = live.age();
        return Check.degraded(age.isEmpty()
                ? "what is shown is of unknown age"
                : String.format(Locale.ROOT, "what is shown is %d s old", age.get().toSeconds()));
    }

    @Override
    public void endAnswers() {
        live.endStreams();
    }

    @Override
    public void close(Duration limit) {
        live.close();
    }
}
