package com.fanfinity.analytics.lab.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.testing.StoringServer;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EngineProxyTest {

    private static final String INSERT = "/?query=INSERT%20INTO%20t&insert_deduplication_token=x";

    @Test
    void statement_refused_getsAnErrorUntilReset() throws Exception {
        try (StoringServer server = new StoringServer();
                EngineProxy proxy = new EngineProxy(server.url());
                HttpClient client = HttpClient.newHttpClient()) {
            proxy.refuse(statement -> statement.contains("INSERT INTO t") || statement.contains("SELECT 1"));

            assertEquals(500, post(client, proxy, INSERT, "row").statusCode());
            assertEquals("the backend does not answer", post(client, proxy, "/", "SELECT 1").body());
            assertEquals(200, post(client, proxy, "/", "SELECT 2").statusCode());
            proxy.reset();
            assertEquals(200, post(client, proxy, INSERT, "row").statusCode());

            assertEquals(List.of("SELECT 2", "row"), server.bodies());
        }
    }

    private static HttpResponse<String> post(HttpClient client, EngineProxy proxy, String path, String body)
            throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(proxy.url() + path)).version(HttpClient.Version.HTTP_1_1)
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }
}
