package com.fanfinity.analytics.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

import io.javalin.http.Context;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.config.IpLiteral;

/// The address for which a connection or a request counts in the limits per address: an IPv4 address, or the /64
/// network of an IPv6 address, because one client usually has all of that network.
///
/// @param bits of IPv4 the address after 16 ones, of IPv6 the first 64 bits; no IPv6 network begins with those 32 bits
public record ClientAddress(long bits) {

    /// A request that came through no IP socket.
    public static final ClientAddress UNKNOWN = new ClientAddress(0);

    private static final String ATTRIBUTE = ClientAddress.class.getName();
    private static final long IPV4 = 0xFFFFL << Integer.SIZE;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    public static ClientAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new ClientAddress(bytes.length == IPV4_BYTES
                ? IPV4 | Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt())
                : ByteBuffer.wrap(bytes).getLong());
    }

    /// The address that the gate has settled; without a gate, the socket's.
    public static ClientAddress of(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof ClientAddress settled
                ? settled
                : of(request.getConnectionMetaData().getRemoteSocketAddress());
    }

    /// As {@link #of(Request)}.
    public static ClientAddress of(Context ctx) {
        return ctx.req().getAttribute(ATTRIBUTE) instanceof ClientAddress settled
                ? settled
                : IpLiteral.parse(ctx.ip()).map(ClientAddress::of).orElse(UNKNOWN);
    }

    public static ClientAddress of(SocketAddress socket) {
        return socket instanceof InetSocketAddress internet && internet.getAddress() != null
                ? of(internet.getAddress())
                : UNKNOWN;
    }

    /// Settles the address of the client of the request.
    public void storeIn(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    private boolean isIpv4() {
        return bits >>> Integer.SIZE == 0xFFFF;
    }

    /// The address, or the network as `2001:db8:0:1:0:0:0:0/64`.
    @Override
    public String toString() {
        try {
            return isIpv4()
                    ? InetAddress.getByAddress(ByteBuffer.allocate(IPV4_BYTES).putInt((int) bits).array())
                            .getHostAddress()
                    : InetAddress.getByAddress(ByteBuffer.allocate(IPV6_BYTES).putLong(bits).array()).getHostAddress()
                            + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
