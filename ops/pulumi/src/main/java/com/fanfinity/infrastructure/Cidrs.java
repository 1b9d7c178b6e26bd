package com.fanfinity.infrastructure;

import java.util.List;
import java.util.regex.Pattern;

/// Parses networks for firewall rules and network policies.
final class Cidrs {

    private static final Pattern CIDR = Pattern.compile("(\\d{1,3}(\\.\\d{1,3}){3}/([1-9]|[12]\\d|3[0-2])|[0-9a-fA-F:]*:[0-9a-fA-F:]*/[1-9]\\d{0,2})");

    private Cidrs() {}

    /// @param setting the name of the setting, for the error
    /// @throws IllegalArgumentException if the list is empty, or an entry is not a network or is the whole Internet
    static List<String> checked(String setting, List<String> cidrs) {
        if (cidrs.isEmpty() || !cidrs.stream().allMatch(cidr -> CIDR.matcher(cidr).matches())) {
            throw new IllegalArgumentException(
                    setting + " must name networks, as in 10.0.2.0/24,10.0.3.7/32, and not all of the Internet: "
                    + cidrs);
        }
        return List.copyOf(cidrs);
    }

    /// @param setting networks separated by commas
    static List<String> split(String setting) {
        return Pattern.compile(",").splitAsStream(setting).map(String::strip).toList();
    }
}
