package com.fanfinity.analytics.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads IP addresses, and never asks the name service.
public final class IpLiteral {

    /// The JDK also reads `1`, `1.2` and octets with leading zeros, which other programs read differently.
    private static final Pattern IPV4 = Pattern.compile(
            "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private IpLiteral() {}

    /// @param text without a port and without a zone
    /// @return empty if it is not an address
    public static Optional<InetAddress> parse(String text) {
        boolean hasAForm = IPV4.matcher(text).matches() || (text.indexOf(':') >= 0 && IPV6.matcher(text).matches());
        if (!hasAForm) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
