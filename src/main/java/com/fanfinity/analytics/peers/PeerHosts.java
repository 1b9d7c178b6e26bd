package com.fanfinity.analytics.peers;

import java.util.List;
import java.util.Locale;

/// The hosts that this instance may ask. Any program that can join the group in Kafka advertises a host of its choice.
///
/// @param suffixes host names, with all names below them, or addresses; if empty, every host may be asked
public record PeerHosts(List<String> suffixes) {

    public PeerHosts {
        suffixes = suffixes.stream().map(suffix -> suffix.toLowerCase(Locale.ROOT)).toList();
    }

    boolean allows(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return suffixes.isEmpty()
                || suffixes.stream().anyMatch(suffix -> name.equals(suffix) || name.endsWith('.' + suffix));
    }
}
