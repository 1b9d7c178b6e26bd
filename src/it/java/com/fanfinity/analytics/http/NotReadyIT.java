package com.fanfinity.analytics.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.app.App;
import com.fanfinity.analytics.config.SettingsLoader;

/// A service that reaches neither Kafka nor ClickHouse.
class NotReadyIT {

    @Test
    void head_everyPath_equalsGet(@TempDir Path stateDir) throws Exception {
        Map<String, String> environment = Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1", "CLICKHOUSE_URL",
                "http://127.0.0.1:1", "HTTP_PORT", "0", "OPS_PORT", "0", "AUTH", "off", "STATE_DIR",
                stateDir.toString());
        try (App app = new App(SettingsLoader.load(environment), Clock.systemUTC(), () -> {});
                HttpClient client = HttpClient.newHttpClient()) {
            app.start();
            String url = "http://127.0.0.1:" + app.port();
            for (String path : new String[]{"/health/ready", "/readyz"}) {
                HttpRequest head = HttpRequest.newBuilder(URI.create(url + path)).HEAD().build();
                assertEquals(503, client.send(head, BodyHandlers.discarding()).statusCode(), path);
            }

            new HeadComparison(client, url).assertEqual(HeadComparison.paths("some-match", "some-id"));
        }
    }
}
