package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;
import com.fanfinity.analytics.stack.ServiceProcess;

/// All viewers of a [LiveBench]: one process of viewers for each live instance.
final class LiveAudience implements AutoCloseable {
    private final LiveOptions options;
    private final List<ViewersProcess> processes = new ArrayList<>();

    private LiveAudience(LiveOptions options) {
        this.options = options;
    }

    /// Starts the processes; their viewers wait for [#connect()].
    ///
    /// @param epochMicros the origin of arrival times
    static LiveAudience start(LiveOptions options, LiveStack stack, String run, long epochMicros)
            throws IOException, InterruptedException {
        var audience = new LiveAudience(options);
        for (int instance = 0; instance < options.instances(); instance++) {
            ServiceProcess live = stack.live().get(instance);
            var plan = new ViewerPlan(URI.create(live.url()).getPort(), MachineLimits.sources(options, instance),
                    options.viewersOf(instance), options.firstViewerOf(instance), run, options.matches(),
                    options.connectsPerSecond() / options.instances(), epochMicros);
            audience.processes.add(ViewersProcess.start(plan, stack.log("viewers-" + instance)));
        }
        return audience;
    }

    /// The result of each process, in the order of the instances.
    List<Long> pids() {
        return processes.stream().map(ViewersProcess::pid).toList();
    }

    void connect() throws IOException {
        for (ViewersProcess process : processes) {
            process.connect();
        }
    }

    /// The result of each process, in the order of the instances.
    List<ViewerCounts> countsOfEach() throws IOException {
        List<ViewerCounts> counts = new ArrayList<>();
        for (ViewersProcess process : processes) {
            counts.add(process.counts());
        }
        return counts;
    }

    ViewerCounts counts() throws IOException {
        return sum(countsOfEach());
    }

    static ViewerCounts sum(List<ViewerCounts> counts) {
        return counts.stream().reduce(new ViewerCounts(), ViewerCounts::plus);
    }

    /// @param behind viewers without the newest state or a connection
    /// @param missing viewers that missed a goal without a `reload`
    record Standing(long behind, long missing) {
        boolean isComplete() {
            return behind + missing == 0;
        }
    }

    /// @param versions the newest version of each match
    Standing standing(List<Long> versions, LiveFeed feed) throws IOException {
        long behind = 0;
        long missing = 0;
        for (ViewersProcess process : processes) {
            for (ViewersProcess.Seen seen : process.viewers()) {
                int match = seen.match();
                boolean newest = seen.connected() && seen.version() >= versions.get(match)
                        && seen.probes() >= feed.probes().count(match);
                behind += newest ? 0 : 1;
                missing += seen.goals() < feed.goals().count(match) && seen.reloads() == 0 ? 1 : 0;
            }
        }
        return new Standing(behind, missing);
    }

    void arrivals(LiveLatency updates, LiveLatency goals) throws IOException {
        for (ViewersProcess process : processes) {
            process.updates(updates::record);
            process.goals(goals::record);
        }
    }

    /// The counts between two points in time.
    ///
    /// @param before the counts of each process, like `after`
    record Window(List<ViewerCounts> before, List<ViewerCounts> after, Duration took) {

        ViewerCounts all() {
            return sum(after).minus(sum(before));
        }

        double perSecond(long count) {
            return count * 1e9 / took.toNanos();
        }

        /// The maximum over the threads of all viewers since their start.
        double longestStallMillis() {
            return after.stream().mapToLong(counts -> counts.get(Count.LONGEST_STALL_MICROS)).max().orElse(0) / 1e3;
        }

        /// The number of messages of each live instance and of its process of viewers.
        Map<String, Long> messagesByName() {
            Map<String, Long> byName = new TreeMap<>();
            for (int instance = 0; instance < after.size(); instance++) {
                long messages = after.get(instance).minus(before.get(instance)).messages();
                byName.put("live-" + instance, messages);
                byName.put("viewers-" + instance, messages);
            }
            return byName;
        }
    }

    /// The number of viewers of each live instance and of their process.
    Map<String, Integer> viewersByName() {
        Map<String, Integer> byName = new TreeMap<>();
        for (int instance = 0; instance < processes.size(); instance++) {
            byName.put("live-" + instance, options.viewersOf(instance));
            byName.put("viewers-" + instance, options.viewersOf(instance));
        }
        return byName;
    }

    @Override
    public void close() throws IOException {
        for (ViewersProcess process : processes) {
            process.close();
        }
    }
}
