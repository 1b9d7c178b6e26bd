package com.fanfinity.analytics.peers;

/// Where an instance answers the others: its internal address.
public record Peer(String host, int port) {

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
