package com.fanfinity.analytics.peers;

/// The internal address of an instance.
public record Peer(String host, int port) {

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
