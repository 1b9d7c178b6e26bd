package com.fanfinity.analytics.lab.viewers;

import java.util.List;

/// The task of the viewers of one process.
///
/// @param port the port of the instance on 127.0.0.1
/// @param sources the local addresses to connect from, in turn
/// @param viewers the number of viewers
/// @param first the number of the first viewer; viewer n watches match n modulo `matches`
/// @param run the run in the match ids
/// @param connectsPerSecond the rate of new connections
/// @param epochMicros the origin of arrival times, microseconds since 1970
record ViewerPlan(int port, List<String> sources, int viewers, int first, String run, int matches,
        int connectsPerSecond,
        long epochMicros) {

    List<String> arguments() {
        return List.of(Integer.toString(port), String.join(",", sources), Integer.toString(viewers),
                Integer.toString(first), run,
                Integer.toString(matches), Integer.toString(connectsPerSecond), Long.toString(epochMicros));
    }

    static ViewerPlan of(List<String> arguments) {
        return new ViewerPlan(Integer.parseInt(arguments.get(0)), List.of(arguments.get(1).split(",", -1)),
                Integer.parseInt(arguments.get(2)), Integer.parseInt(arguments.get(3)), arguments.get(4),
                Integer.parseInt(arguments.get(5)), Integer.parseInt(arguments.get(6)),
                Long.parseLong(arguments.get(7)));
    }
}
