package com.fanfinity.analytics.app;

import java.util.OptionalLong;

import com.fanfinity.analytics.pipeline.ArchiveGate;

/// The archive gate of the topology. It is closed until {@link #connect}, because the topology is built before the
/// reconciler.
final class DeferredArchiveGate implements ArchiveGate {

    private volatile ArchiveGate gate = _ -> OptionalLong.empty();

    void connect(ArchiveGate opened) {
        gate = opened;
    }

    @Override
    public OptionalLong storedUpTo(int partition) {
        return gate.storedUpTo(partition);
    }
}
