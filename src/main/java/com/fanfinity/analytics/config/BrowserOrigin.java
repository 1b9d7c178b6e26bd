package com.fanfinity.analytics.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// The form in which browsers send an origin. The service compares origins byte by byte, so another form of the same
/// origin would never match.
///
/// Scheme and host are in lower case, a name with other letters is in punycode, an address is in its shortest form, the
/// scheme's default port is left out, and nothing follows.
final class BrowserOrigin {

    private static final Pattern FORM = Pattern
            .compile("(https?)://([a-z0-9._-]+|\\[[0-9a-f:]+])(?::([1-9][0-9]{0,4}))?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    /// Browsers read a host whose last label is a number as an IPv4 address.
    private static final Pattern NUMBER_AT_END = Pattern.compile("(.*\\.)?(0x[0-9a-f]*|[0-9]+)");

    private static final int MAX_PORT = 65_535;
    private static final int IPV6_BYTES = 16;
    private static final int GROUPS = 8;

    private BrowserOrigin() {}

    static boolean isOne(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() && isHost(form.group(2)) && isPort(form.group(1), form.group(3));
    }

    private static boolean isPort(String scheme, @Nullable String port) {
        String usual = scheme.equals("https") ? "443" : "80";
        return port == null || (!port.equals(usual) && Integer.parseInt(port) <= MAX_PORT);
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[")) {
            String address = host.substring(1, host.length() - 1);
            return IpLiteral.parse(address).flatMap(BrowserOrigin::ipv6).filter(address::equals).isPresent();
        }
        return NUMBER_AT_END.matcher(host).matches()
                ? IpLiteral.parse(host).isPresent()
                : NAME.matcher(host).matches();
    }

    /// The form of RFC 5952: the first of the longest runs of at least two zeros is `::`.
    private static Optional<String> ipv6(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != IPV6_BYTES) {
            return Optional.empty(); // the JDK reads IPv4 in IPv6 as IPv4
        }
        int[] groups = new int[GROUPS];
        int runAt = 0;
        int runLength = 1;
        for (int i = 0, zeros = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xFF) << Byte.SIZE | (bytes[2 * i + 1] & 0xFF);
            zeros = groups[i] == 0 ? zeros + 1 : 0;
            if (zeros > runLength) {
                runLength = zeros;
                runAt = i + 1 - zeros;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (runLength > 1 && i == runAt) {
                text.append("::");
                i += runLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return Optional.of(text.toString());
    }
}
