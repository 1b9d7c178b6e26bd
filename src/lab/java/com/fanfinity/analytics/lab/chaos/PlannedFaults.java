package com.fanfinity.analytics.lab.chaos;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultTarget;

/// The faults whose time has come, until each has found its request.
final class PlannedFaults {

    private final Deque<RelayFault> faults = new ArrayDeque<>();

    synchronized void add(RelayFault fault) {
        faults.add(fault);
    }

    /// Removes the oldest fault that can befall a request.
    ///
    /// @param targets whether the request is of a target
    synchronized Optional<RelayFault> take(Predicate<RelayFaultTarget> targets) {
        for (Iterator<RelayFault> each = faults.iterator(); each.hasNext();) {
            RelayFault fault = each.next();
            if (targets.test(fault.target())) {
                each.remove();
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    /// Drops all.
    synchronized void clear() {
        faults.clear();
    }
}
