package com.fanfinity.analytics.live;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/// Who follows one channel, in as many parts as there are threads that write to them.
final class Audience {

    /// Viewers that one thread tells, one after another.
    static final class Part {
        private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean waiting = new AtomicBoolean();

        boolean isEmpty() {
            return viewers.isEmpty();
        }

        /// Whether this call made it wait for its turn; it may have been waiting already, and one turn is enough.
        boolean startWaiting() {
            return waiting.compareAndSet(false, true);
        }

        /// Tells every viewer what is new to it.
        void tell() {
            waiting.set(false);
            viewers.forEach(Viewer::tell);
        }
    }

    private final List<Part> parts;
    private boolean retired;

    Audience(int parts) {
        this.parts = IntStream.range(0, parts).mapToObj(_ -> new Part()).toList();
    }

    List<Part> parts() {
        return parts;
    }

    /// @return false if the channel was given up meanwhile, and another one is to be looked for
    synchronized boolean add(Viewer viewer) {
        return !retired && part(viewer).viewers.add(viewer);
    }

    /// Lets nobody join any more, if nobody is there.
    synchronized boolean retireIfEmpty() {
        retired |= isEmpty();
        return retired;
    }

    synchronized boolean isRetired() {
        return retired;
    }

    void remove(Viewer viewer) {
        part(viewer).viewers.remove(viewer);
    }

    boolean isEmpty() {
        return parts.stream().allMatch(Part::isEmpty);
    }

    private Part part(Viewer viewer) {
        return parts.get(Math.floorMod(System.identityHashCode(viewer), parts.size()));
    }
}
