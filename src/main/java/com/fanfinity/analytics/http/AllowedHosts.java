package com.fanfinity.analytics.http;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import com.fanfinity.analytics.config.IpLiteral;

/// The host names by which clients may call this service. Other names get 421.
///
/// A page of another site can make a browser call this service under the name of that site, if the site's name server
/// returns this service's address (DNS rebinding). The browser then treats the answers as the site's own. Addresses
/// and names of the loopback are always allowed, because no name server can give them another meaning.
///
/// @param names exact names in lower case, or `*.` and the names below which all names are allowed, or `*`
record AllowedHosts(Set<String> names) {

    static final AllowedHosts ANY = new AllowedHosts(Set.of("*"));

    private static final String LOCALHOST = "localhost";

    AllowedHosts {
        names = Set.copyOf(names);
    }

    /// @param advertised one more name
    static AllowedHosts of(Collection<String> configured, String advertised) {
        Set<String> names = new HashSet<>();
        configured.forEach(name -> names.add(normal(name)));
        names.add(normal(advertised));
        names.remove("");
        return new AllowedHosts(names);
    }

    /// In lower case, and without the dot at the end of a fully qualified name.
    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// @param host a name, an IPv4 address, or an IPv6 address with or without brackets; without a port
    boolean allows(String host) {
        String name = normal(host);
        return names.contains("*") || names.contains(name) || name.equals(LOCALHOST)
                || name.endsWith('.' + LOCALHOST) || isAddress(name)
                || names.stream().anyMatch(allowed -> allowed.startsWith("*.") && name.endsWith(allowed.substring(1)));
    }

    private static boolean isAddress(String name) {
        boolean inBrackets = name.startsWith("[") && name.endsWith("]");
        return IpLiteral.parse(inBrackets ? name.substring(1, name.length() - 1) : name).isPresent();
    }
}
