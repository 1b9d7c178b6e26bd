package com.fanfinity.analytics.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Metered;
import com.fanfinity.analytics.testing.TestServer.Reply;

class AdminGuardTest {
    private static final String KEY = "0123456789abcdef";

    private final TestServer server = server(KEY);

    @AfterEach
    void close() {
        server.close();
    }

    private static TestServer server(String key) {
        AdminGuard guard = new AdminGuard(new Settings.Secret(key));
        return new TestServer(routes -> routes.get("/secret", guard.requireKey(ctx -> ctx.result("done"))));
    }

    @ParameterizedTest
    @CsvSource({"Authorization,Bearer " + KEY, "Authorization,bearer " + KEY, "Authorization,Bearer  " + KEY,
        "X-Api-Key," + KEY,
        "x-api-key," + KEY})
    void key_correct_isAccepted(String header, String value) {
        assertEquals("done", server.send(server.request("/secret").header(header, value)).body());
    }

    @ParameterizedTest
    @CsvSource({"Authorization,Bearer 0123456789abcdeg", "Authorization,Bearer 0123456789abcde",
        "Authorization,Bearer 0123456789abcdef0",
        "Authorization,Bearer", "Authorization,Basic " + KEY, "Authorization," + KEY, "Authorization,BearerX" + KEY,
        "X-Api-Key,0123456789ABCDEF", "X-Api-Key,x", "X-Api-Key,Bearer " + KEY, "X-Other," + KEY})
    void key_wrongOrInAnotherHeader_is401AndRevealsNothing(String header, String value) {
        Reply reply = server.send(server.request("/secret").header(header, value));

        assertEquals(401, reply.status(), reply.body());
        assertEquals("Bearer", reply.header("WWW-Authenticate"));
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertFalse(reply.body().contains(KEY), reply.body());
    }

    @Test
    void key_missing_is401AndRecordedAsUnauthorized() {
        assertEquals(401, server.get("/secret").status());

        Await.until(Duration.ofSeconds(5), "request recorded",
                () -> server.metered().equals(List.of(new Metered("GET", "/secret", 401, "unauthorized"))));
    }

    @Test
    void noKeyConfigured_anyKey_is403NamingTheSetting() {
        try (TestServer off = server("")) {
            for (String given : List.of(KEY, "", "Bearer ")) {
                Reply reply = off.send(
                        off.request("/secret").header("X-Api-Key", given).header("Authorization", "Bearer " + given));

                assertEquals(403, reply.status(), reply.body());
                assertTrue(reply.json().get("detail").asText().contains("ADMIN_KEY"), reply.body());
            }
        }
    }
}
