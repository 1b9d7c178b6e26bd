package com.fanfinity.analytics.lab.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.lab.hostile.RawHttp.Reply;

/// The rules that every answer follows: no internal error, problem documents of the contract's shape, no names of
/// classes or hosts, and no more bytes than the request justifies.
final class AnswerOracle {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROBLEM = "application/problem+json";
    private static final List<String> MEMBERS = List.of("type", "title", "status", "detail", "instance", "requestId");
    private static final int LONGEST_DETAIL = 2_000;
    private static final int FACTOR = 50;
    private static final int FREE_BYTES = 64 << 10;

    /// RFC 9110 requires 501 for an unknown transfer coding, and 505 for an unknown version of HTTP.
    private static final Set<Integer> OF_THE_PROTOCOL = Set.of(501, 505);

    private static final Pattern CLASS_NAME = Pattern.compile(
            "\\b(?:java|javax|jdk|sun|kotlin|com|org|io)(?:\\.[a-z][a-z0-9]+)+\\.[A-Z][A-Za-z]{2,}"
                    + "|\\bat [\\w.$]+\\([\\w.]+:\\d+\\)|\\b[A-Z][A-Za-z]{2,}(?:Exception|Error)\\b|\\bJetty\\(");

    /// Pages that name classes or topics by their purpose.
    private static final Pattern NAMES_ALLOWED = Pattern
            .compile("^/(?:metrics|openapi\\.yaml|web/.*|api/topology|api/streams|pipeline)(?:\\?.*)?$");

    private final String host;

    AnswerOracle() {
        host = hostName();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "";
        }
    }

    /// @return the broken rule; its first word names the kind
    Optional<String> violation(FuzzInput.Http input, Reply reply) {
        int status = reply.status();
        if (status >= 500 && !OF_THE_PROTOCOL.contains(status)
                && (status != 503 || reply.header("retry-after").isEmpty())) {
            return Optional.of("status: " + status + " " + shortened(reply.text()));
        }
        return leak(input, reply).or(() -> size(input, reply)).or(() -> shape(input, reply));
    }

    private Optional<String> leak(FuzzInput.Http input, Reply reply) {
        if (NAMES_ALLOWED.matcher(input.path()).matches()) {
            return Optional.empty();
        }
        String all = reply.headers() + "\n" + reply.text();
        var name = CLASS_NAME.matcher(all);
        if (name.find()) {
            return Optional.of("leak: a class name: " + name.group());
        }
        return host.length() > 3 && !host.equals("localhost") && all.contains(host)
                ? Optional.of("leak: the host name in " + shortened(all))
                : Optional.empty();
    }

    private static Optional<String> size(FuzzInput.Http input, Reply reply) {
        long limit = (long) FACTOR * (input.head().length + input.body().length) + FREE_BYTES;
        return input.form() == FuzzInput.Form.WRITE && reply.body().length > limit
                ? Optional.of("size: an answer of " + reply.body().length + " bytes, allowed are " + limit)
                : Optional.empty();
    }

    private static Optional<String> shape(FuzzInput.Http input, Reply reply) {
        if (reply.status() < 400 || reply.body().length == 0) {
            return Optional.empty();
        }
        String type = reply.header("content-type").orElse("");
        if (reply.status() == 404 && type.startsWith("text/html") && !input.path().startsWith("/api")) {
            return Optional.empty(); // the page for people
        }
        if (!type.startsWith(PROBLEM)) {
            return Optional.of("shape: the type of a " + reply.status() + " is " + type);
        }
        return document(reply);
    }

    /// The body without its compression.
    private static byte[] plain(Reply reply) throws IOException {
        if (!reply.header("content-encoding").orElse("").equals("gzip")) {
            return reply.body();
        }
        try (InputStream body = new GZIPInputStream(new ByteArrayInputStream(reply.body()))) {
            return body.readAllBytes();
        }
    }

    private static Optional<String> document(Reply reply) {
        try {
            JsonNode problem = JSON.readTree(plain(reply));
            List<String> missing = MEMBERS.stream().filter(member -> !problem.has(member)).toList();
            if (!missing.isEmpty()) {
                return Optional.of("shape: a problem document without " + missing);
            }
            if (problem.get("status").asInt() != reply.status()) {
                return Optional.of("shape: status " + problem.get("status") + " in a " + reply.status());
            }
            return problem.get("detail").asText().length() > LONGEST_DETAIL
                    ? Optional.of("shape: a detail of " + problem.get("detail").asText().length() + " characters")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("shape: a problem document that is no JSON: " + shortened(reply.text()));
        }
    }

    private static String shortened(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
