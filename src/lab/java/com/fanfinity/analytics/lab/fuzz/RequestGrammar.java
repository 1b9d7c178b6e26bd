package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.UUID;

import com.fanfinity.analytics.lab.fuzz.FuzzInput.Form;

/// Requests: their lines, headers and bodies.
final class RequestGrammar {

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
            "TRACE");
    private static final List<String> NO_METHODS = List.of("CONNECT", "PRI", "get", "BREW", "", "G\u00cbT");
    private static final List<String> READS = List.of("/api/matches", "/api/matches/%s/metrics",
            "/api/matches/%s/timeline", "/api/matches/%s/events", "/api/matches/%s/moments",
            "/api/matches/%s/events/%u", "/api/matches/%s", "/api/ledger", "/api/streams", "/api/topology", "/api",
            "/health/live", "/health/ready", "/health/startup", "/openapi.yaml", "/", "/matches/%s", "/pipeline",
            "/web/js/api.js", "/web/../../etc/passwd", "/web/%2e%2e/simplelogger.properties", "/api/dead-letters",
            "/api/dead-letters/%u", "/internal/matches", "/api/matches/%s/events/%u/", "//", "/%00", "/%ff%fe", "/*");
    private static final List<String> QUERIES = List.of("", "", "", "limit=1", "limit=500", "limit=501", "limit=-1",
            "limit=9999999999", "limit=1&limit=2", "status=live", "status=x", "cursor=AAAA", "cursor=%00",
            "cursor=bGl2ZSAxIDI", "from=2024-05-01T12:00:00Z", "from=2024-05-01T12:00:00Z&to=2024-05-01T11:00:00Z",
            "from=-999999999-01-01T00:00:00Z", "to=+999999999-12-31T23:59:59Z", "type=goal", "type=%F0%9F%98%80",
            "all=true", "=", "&&&", "a[b]=c", "%", "limit=%31");
    private static final List<String> HEADERS = List.of("Accept: text/html", "Accept: */*;q=0", "Accept-Encoding: gzip",
            "Connection: keep-alive", "Expect: 100-continue", "X-Request-Id: a b", "X-Request-Id: ok-1",
            "X-HTTP-Method-Override: DELETE", "X-Forwarded-For: 1.2.3.4, ::1", "Forwarded: for=unknown",
            "Authorization: Bearer x", "Authorization: Basic ", "X-Api-Key: \u00ff", "Origin: null",
            "If-None-Match: *", "If-Modified-Since: yesterday", "Range: bytes=0-0,-1", "Cookie: a=b",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "traceparent: x", "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__", "Content-Encoding: gzip", "Last-Event-ID: 0-0",
            "Last-Event-ID: 99999999999999999999-1", "Last-Event-ID: \u0080");
    private static final List<String> TYPES = List.of("application/json", "application/json", "application/json",
            "application/json; charset=utf8", "application/json;charset=UTF-16", "application/x-ndjson", "text/plain",
            "APPLICATION/JSON", "application/json;;", "", "multipart/form-data; boundary=x", "a/b/c", "\"");

    private final EventGrammar events;

    RequestGrammar(EventGrammar events) {
        this.events = events;
    }

    FuzzInput.Http read(Chance chance) {
        return new FuzzInput.Http(head(chance, chance.once(6) ? chance.of(METHODS) : "GET", target(chance), ""),
                new byte[0], Form.READ);
    }

    private FuzzInput.Http noMethod(Chance chance) {
        return new FuzzInput.Http(head(chance, chance.of(NO_METHODS), target(chance), ""), new byte[0], Form.BROKEN);
    }

    FuzzInput.Http stream(Chance chance) {
        String path = chance.once(2) ? "/api/stream" : "/api/matches/" + id(chance) + "/stream";
        return new FuzzInput.Http(head(chance, "GET", path, ""), new byte[0], Form.STREAM);
    }

    FuzzInput.Http single(Chance chance) {
        return write(chance, "/api/events", chance.once(8) ? chance.of(TYPES) : "application/json",
                events.event(chance));
    }

    FuzzInput.Http batch(Chance chance) {
        boolean lines = chance.once(2);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int count = chance.once(20) ? 200 : chance.below(12);
        for (int i = 0; i < count; i++) {
            body.writeBytes((lines ? "" : i == 0 ? "[" : ",").getBytes(UTF_8));
            body.writeBytes(events.event(chance));
            body.writeBytes((lines ? chance.once(9) ? "\r\n" : "\n" : "").getBytes(UTF_8));
        }
        body.writeBytes((lines ? "" : count == 0 ? "[]" : "]").getBytes(UTF_8));
        String type = lines ? "application/x-ndjson" : "application/json";
        byte[] bytes = body.toByteArray();
        return write(chance, "/api/events/batch", chance.once(12) ? chance.of(TYPES) : type,
                chance.once(10) ? EventGrammar.damaged(chance, bytes) : bytes);
    }

    private FuzzInput.Http write(Chance chance, String path, String type, byte[] body) {
        return new FuzzInput.Http(head(chance, "POST", path,
                (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + "Content-Length: " + body.length + "\r\n"),
                body, Form.WRITE);
    }

    /// A request with changed bytes in its head, or with two lengths.
    FuzzInput.Http broken(Chance chance) {
        if (chance.once(6)) {
            return noMethod(chance);
        }
        FuzzInput.Http request = chance.once(2) ? single(chance) : read(chance);
        byte[] head = chance.once(3)
                ? new String(request.head(), ISO_8859_1).replaceFirst("\r\n", "\r\n" + chance.of(List.of(
                        "Transfer-Encoding: chunked", "Content-Length: 1", "Content-Length: -1", "Host: a\r\nHost: b",
                        " folded: yes", "Transfer-Encoding: gzip, chunked", "X: " + "y".repeat(chance.length() * 4)))
                        + "\r\n").getBytes(ISO_8859_1)
                : EventGrammar.damaged(chance, request.head());
        return new FuzzInput.Http(head, request.body(), Form.BROKEN);
    }

    private String target(Chance chance) {
        String path = chance.of(READS).replace("%s", id(chance))
                .replace("%u", new UUID(chance.anyLong(), chance.anyLong()).toString());
        String query = chance.of(QUERIES);
        return path + (query.isEmpty() ? "" : "?" + query);
    }

    private String id(Chance chance) {
        return chance.once(4)
                ? chance.of(List.of("", ".", "..", "%2e", "a%2Fb", "%00", "x".repeat(129), "%E2%80%AE", "no-such"))
                : events.matchId(chance);
    }

    private static byte[] head(Chance chance, String method, String target, String fields) {
        StringBuilder head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n")
                .append("Host: localhost\r\n").append(fields);
        for (int more = chance.once(2) ? 0 : chance.below(4); more > 0; more--) {
            head.append(chance.of(HEADERS)).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
}
