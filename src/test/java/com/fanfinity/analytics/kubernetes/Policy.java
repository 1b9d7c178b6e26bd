package com.fanfinity.analytics.kubernetes;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// What must hold for objects that are given to a cluster.
///
/// @param name as in `nothing_runsAsRoot`
/// @param violations what breaks it, each told in a line
record Policy(String name, Function<Manifests, Stream<String>> violations) {

    /// All of them.
    static List<Policy> all() {
        return Stream.of(PodPolicies.all(), CoverPolicies.all(), JobPolicies.all(), NetworkPolicies.all()).flatMap(List::stream).toList();
    }

    /// The names of those that are broken, each with what breaks it.
    static List<String> broken(Manifests manifests) {
        return all().stream().flatMap(policy -> policy.violations().apply(manifests).map(what -> policy.name() + ": " + what)).toList();
    }
}
