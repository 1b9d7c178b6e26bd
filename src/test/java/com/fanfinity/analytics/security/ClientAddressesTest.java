package com.fanfinity.analytics.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.AddressRange;
import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.testing.TestServer;

class ClientAddressesTest {

    private static final List<AddressRange> PROXIES = List.of(AddressRange.parse("10.0.0.0/8"),
            AddressRange.parse("fd00::/8"));

    private static String client(AddressSource source, String socket, String header, String... lines) {
        HttpFields.Mutable headers = HttpFields.build();
        Arrays.stream(lines).forEach(line -> headers.add(header, line));
        return new ClientAddresses(PROXIES, source)
                .ofHeaders(new InetSocketAddress(InetAddress.ofLiteral(socket), 1), headers).toString();
    }

    /// The client writes everything to the left of the address that the first trusted proxy saw.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.0.0.1 | 203.0.113.7                          | 203.0.113.7",
        "10.0.0.1 | 198.51.100.1, 203.0.113.7            | 203.0.113.7",
        "10.0.0.1 | 127.0.0.1, 203.0.113.7               | 203.0.113.7",
        "10.0.0.1 | 10.9.9.9, 203.0.113.7                | 203.0.113.7",
        "10.0.0.1 | 198.51.100.1, 203.0.113.7, 10.0.0.2  | 203.0.113.7",
        "10.0.0.1 | 203.0.113.7, 10.0.0.3, 10.0.0.2      | 203.0.113.7",
        "10.0.0.1 | 203.0.113.7:5123                     | 203.0.113.7",
        "10.0.0.1 | [2001:db8:1:2::9]:5123               | 2001:db8:1:2:0:0:0:0/64",
        "10.0.0.1 | 2001:db8:1:2:a:b:c:d                 | 2001:db8:1:2:0:0:0:0/64",
        "10.0.0.1 | 10.0.0.7                             | 10.0.0.7",
        "10.0.0.1 | unknown                              | 10.0.0.1",
        "10.0.0.1 | 203.0.113.7, not-an-address          | 10.0.0.1",
        "10.0.0.1 | 203.0.113.7, evil, 10.0.0.2          | 10.0.0.2",
        "10.0.0.1 | 203.0.113.7,                         | 10.0.0.1",
        "10.0.0.1 | ::ffff:203.0.113.7                   | 203.0.113.7",
        "10.0.0.1 | 203.0.113.07                         | 10.0.0.1",
        "10.0.0.1 | localhost                            | 10.0.0.1",
        "fd00::1  | 203.0.113.7                          | 203.0.113.7",
        "192.0.2.1| 203.0.113.7                          | 192.0.2.1",
        "11.0.0.1 | 10.0.0.1                             | 11.0.0.1"})
    void xForwardedFor_rightmostUntrustedAddress_counts(String socket, String header, String expected) {
        assertEquals(expected, client(AddressSource.X_FORWARDED_FOR, socket, "X-Forwarded-For", header));
    }

    @Test
    void xForwardedFor_severalLines_areOneList() {
        assertEquals("203.0.113.7", client(AddressSource.X_FORWARDED_FOR, "10.0.0.1", "X-Forwarded-For",
                "198.51.100.1", "203.0.113.7", "10.0.0.2"));
        assertEquals("10.0.0.1", client(AddressSource.X_FORWARDED_FOR, "10.0.0.1", "X-Forwarded-For"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "for=203.0.113.7                                        | 203.0.113.7",
        "for=198.51.100.1, FOR=203.0.113.7;proto=https          | 203.0.113.7",
        "proto=https;for=\"203.0.113.7:80\"                     | 203.0.113.7",
        "for=\"[2001:db8:1:2::9]:80\"                           | 2001:db8:1:2:0:0:0:0/64",
        "for=203.0.113.7, for=10.0.0.2                          | 203.0.113.7",
        "for=203.0.113.7, for=_hidden                           | 10.0.0.1",
        "for=203.0.113.7, by=10.0.0.2                           | 10.0.0.1",
        "for=203.0.113.7, for=\"10.0.0.9                        | 10.0.0.1"})
    void forwarded_rightmostUntrustedAddress_counts(String header, String expected) {
        assertEquals(expected, client(AddressSource.FORWARDED, "10.0.0.1", "Forwarded", header));
    }

    /// Only the configured source counts: proxies pass the others on as the client wrote them.
    @Test
    void otherHeaders_areIgnored() {
        assertEquals("10.0.0.1", client(AddressSource.FORWARDED, "10.0.0.1", "X-Forwarded-For", "203.0.113.7"));
        assertEquals("10.0.0.1", client(AddressSource.X_FORWARDED_FOR, "10.0.0.1", "Forwarded", "for=203.0.113.7"));
        for (String header : List.of("X-Real-IP", "True-Client-IP", "X-Client-IP", "CF-Connecting-IP")) {
            assertEquals("10.0.0.1", client(AddressSource.X_FORWARDED_FOR, "10.0.0.1", header, "203.0.113.7"));
        }
    }

    @Test
    void limitedAddress_ofATrustedProxy_isEmpty() {
        ClientAddresses addresses = new ClientAddresses(List.of(AddressRange.parse("10.0.0.0/8")),
                AddressSource.X_FORWARDED_FOR);

        assertEquals(Optional.empty(), addresses.limitedAddress(socket("10.1.2.3")));
        assertEquals(Optional.of(ClientAddress.of(InetAddress.ofLiteral("192.0.2.1"))),
                addresses.limitedAddress(socket("192.0.2.1")));
    }

    private static InetSocketAddress socket(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 1);
    }

    @Test
    void ipv6_countsByItsNetwork() {
        ClientAddress one = ClientAddress.of(InetAddress.ofLiteral("2001:db8:1:2::1"));

        assertEquals(one, ClientAddress.of(InetAddress.ofLiteral("2001:db8:1:2:ffff:ffff:ffff:ffff")));
        assertNotEquals(one, ClientAddress.of(InetAddress.ofLiteral("2001:db8:1:3::1")));
        assertNotEquals(ClientAddress.of(InetAddress.ofLiteral("::1")),
                ClientAddress.of(InetAddress.ofLiteral("0.0.0.0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "0.0.0.0", "203.0.113.7"})
    void ipv4_countsByTheAddress(String address) {
        assertEquals(address, ClientAddress.of(InetAddress.ofLiteral(address)).toString());
    }

    private static String whoAmI(List<AddressRange> trusted, String start) throws Exception {
        var meters = new Meters(new SimpleMeterRegistry()).security();
        AccessGate gate = new AccessGate(true, false, new ApiKeys(Clock.systemUTC(), new Secret("")), Optional.empty(),
                new ClientAddresses(trusted, AddressSource.PROXY_PROTOCOL),
                new RateLimits(TestKeys.NO_RATES, System::nanoTime, meters), new RefusalAudit(meters));
        try (TestServer server = new TestServer(gate, List.of(), config -> config.get("/who",
                ctx -> ctx.result("<" + ctx.req().getAttribute(ClientAddress.class.getName()) + ">"), Access.OPEN))) {
            String answer = server.raw(start + "GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return answer.substring(answer.indexOf('<') + 1, answer.indexOf('>'));
        }
    }

    @Test
    void proxyProtocol_countsOnlyFromATrustedSocket() throws Exception {
        List<AddressRange> loopback = List.of(AddressRange.parse("127.0.0.0/8"), AddressRange.parse("::1"));
        String header = "PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\r\n";

        assertEquals("203.0.113.7", whoAmI(loopback, header));
        assertEquals("127.0.0.1", whoAmI(PROXIES, header));
        assertEquals("127.0.0.1", whoAmI(loopback, ""), "a probe without a proxy");
    }
}
