package com.fanfinity.analytics.lab.viewers;

import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;

/// The counters of the viewers of a process, and the arrivals of events.
final class ViewerRecord {
    private final ViewerCounts counts = new ViewerCounts();
    private final Longs updates = new Longs();
    private final Longs goals = new Longs();

    ViewerCounts counts() {
        return counts;
    }

    /// {@link Arrival}s of probes.
    Longs updates() {
        return updates;
    }

    /// {@link Arrival}s of goals.
    Longs goals() {
        return goals;
    }

    /// @param micros the time of the arrival, since the start of the run
    void record(SimulatedViewer viewer, LiveFrame frame, long micros) {
        counts.add(Count.WRONG, frame.ours() ? 0 : 1);
        switch (frame.kind()) {
            case METRICS -> metrics(viewer, frame, micros);
            case EVENT -> event(viewer, frame, micros);
            case RELOAD -> {
                counts.add(Count.RELOADS, 1);
                viewer.reloads++;
            }
            case MINUTES -> counts.add(Count.MINUTES, 1);
            case COMMENT -> counts.add(Count.COMMENTS, 1);
            case OTHER -> counts.add(Count.OTHER, 1);
        }
    }

    /// The first state contains earlier events. Each later state adds the events that it counts in excess of the
    /// previous one.
    private void metrics(SimulatedViewer viewer, LiveFrame frame, long micros) {
        counts.add(Count.METRICS, 1);
        counts.add(Count.WRONG, frame.version() < viewer.version ? 1 : 0);
        counts.add(Count.CONNECTED, viewer.probes < 0 ? 1 : 0);
        for (int probe = viewer.probes + 1; probe <= frame.probes() && viewer.probes >= 0; probe++) {
            boolean conflated = probe < frame.probes();
            counts.add(Count.CONFLATED, conflated ? 1 : 0);
            updates.add(Arrival.pack(viewer.match, probe, conflated, micros));
        }
        viewer.probes = Math.max(viewer.probes, frame.probes());
        viewer.version = Math.max(viewer.version, frame.version());
    }

    private void event(SimulatedViewer viewer, LiveFrame frame, long micros) {
        counts.add(Count.EVENTS, 1);
        if (!LiveEvents.isGoal(frame.event())) {
            return;
        }
        int goal = LiveEvents.inMatch(frame.event());
        if (goal <= viewer.goals) {
            counts.add(Count.REPEATED_GOALS, 1);
            return;
        }
        counts.add(Count.MISSED_GOALS, goal - viewer.goals - 1);
        viewer.missedGoals += goal - viewer.goals - 1;
        goals.add(Arrival.pack(viewer.match, goal, false, micros));
        viewer.goals = goal;
    }
}
