package com.fanfinity.analytics.lab.viewers;

import java.util.List;

/// What the viewers of one process do.
///
/// @param port of the instance, on 127.0.0.1
/// @param sources addresses of this machine to connect from, in turn
/// @param viewers how many
/// @param first number of the first one; viewer n watches match n modulo `matches`
/// @param run as in the ids of the matches
/// @param connectsPerSecond how fast they come
/// @param epochMicros what arrivals are counted from, microseconds since 1970
record ViewerPlan(int port, List<String> sources, int viewers, int first, String run, int matches, int connectsPerSecond,
        long epochMicros) {

    List<String> arguments() {
        return List.of(Integer.toString(port), String.join(",", sources), Integer.toString(viewers), Integer.toString(first), run,
                Integer.toString(matches), Integer.toString(connectsPerSecond), Long.toString(epochMicros));
    }

    static ViewerPlan of(List<String> arguments) {
        return new ViewerPlan(Integer.parseInt(arguments.get(0)), List.of(arguments.get(1).split(",", -1)),
                Integer.parseInt(arguments.get(2)), Integer.parseInt(arguments.get(3)), arguments.get(4),
                Integer.parseInt(arguments.get(5)), Integer.parseInt(arguments.get(6)), Long.parseLong(arguments.get(7)));
    }
}
