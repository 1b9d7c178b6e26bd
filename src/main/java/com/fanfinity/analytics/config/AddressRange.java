package com.fanfinity.analytics.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// A range of IP addresses in CIDR notation.
///
/// @param network the first address in hexadecimal: 8 digits for IPv4, 32 for IPv6
/// @param prefixBits the number of leading bits that all addresses of the range share
public record AddressRange(String network, int prefixBits) {

    private static final int BITS_PER_BYTE = 8;

    /// @param text such as `10.0.0.0/8` or `2001:db8::/32`; without a slash, one address
    /// @throws IllegalArgumentException if it is not a range, or has bits outside of its prefix
    public static AddressRange parse(String text) {
        String[] parts = text.strip().split("/", 2);
        byte[] address = IpLiteral.parse(parts[0]).map(InetAddress::getAddress).orElseThrow(() -> notARange(text));
        int bits = address.length * BITS_PER_BYTE;
        int prefix = parts.length == 1 ? bits : prefix(parts[1], bits).orElseThrow(() -> notARange(text));
        if (!Arrays.equals(address, firstAddress(address, prefix))) {
            throw new IllegalArgumentException("has the range " + text + ", whose address has bits beyond its prefix");
        }
        return new AddressRange(HexFormat.of().formatHex(address), prefix);
    }

    /// Whether the address is in the range. An IPv4 address is never in a range of IPv6.
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length * 2 == network.length()
                && HexFormat.of().formatHex(firstAddress(bytes, prefixBits)).equals(network);
    }

    private static Optional<Integer> prefix(String text, int max) {
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > max) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(text));
    }

    private static byte[] firstAddress(byte[] address, int prefix) {
        byte[] first = address.clone();
        for (int i = 0; i < first.length; i++) {
            int kept = Math.clamp((long) prefix - (long) i * BITS_PER_BYTE, 0, BITS_PER_BYTE);
            first[i] &= (byte) (0xFF << (BITS_PER_BYTE - kept));
        }
        return first;
    }

    private static IllegalArgumentException notARange(String text) {
        return new IllegalArgumentException("must be ranges of addresses such as 10.0.0.0/8, not \"" + text + "\"");
    }
}
