package com.fanfinity.analytics.kubernetes;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A rule for objects that are deployed to a cluster.
///
/// @param name for example `nothing_runsAsRoot`
/// @param violations returns one line for each violation
record Policy(String name, Function<Manifests, Stream<String>> violations) {

    /// All policies.
    static List<Policy> all() {
        return Stream.of(PodPolicies.all(), CoverPolicies.all(), JobPolicies.all(), NetworkPolicies.all())
                .flatMap(List::stream).toList();
    }

    /// One line for each violation, with the name of the policy.
    static List<String> broken(Manifests manifests) {
        return all().stream()
                .flatMap(policy -> policy.violations().apply(manifests).map(what -> policy.name() + ": " + what))
                .toList();
    }
}
