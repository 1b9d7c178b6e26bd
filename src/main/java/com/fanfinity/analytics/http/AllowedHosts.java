package com.fanfinity.analytics.http;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The host names by which clients may call this service. Other names get 421.
///
/// A page of another site can make a browser call this service under the name of that site, if the site's name server
/// returns this service's address (DNS rebinding). The browser then treats the answers as the site's own. Addresses
/// and names of the loopback are always allowed, because no name server can give them another meaning.
///
/// @param names exact names in lower case, or `*.` and the names below which all names are allowed, or `*`
record AllowedHosts(Set<String> names) {

    static final AllowedHosts ANY = new AllowedHosts(Set.of("*"));

    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final String LOCALHOST = "localhost";

    AllowedHosts {
        names = Set.copyOf(names);
    }

    /// @param advertised one more name
    static AllowedHosts of(Collection<String> configured, String advertised) {
        Set<String> names = new HashSet<>(Set.of(advertised.toLowerCase(Locale.ROOT)));
        configured.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        return new AllowedHosts(names);
    }

    boolean allows(String host) {
        String given = host.toLowerCase(Locale.ROOT);
        String name = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
        return names.contains("*") || names.contains(name) || name.equals(LOCALHOST)
                || name.endsWith('.' + LOCALHOST) || isAddress(name)
                || names.stream().anyMatch(allowed -> allowed.startsWith("*.") && name.endsWith(allowed.substring(1)));
    }

    /// Only an IPv6 address has colons.
    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || IPV4.matcher(name).matches();
    }
}
