package com.fanfinity.analytics.stack.bridge;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.Headers;

/// URL and headers of a request to ClickHouse's HTTP interface.
///
/// @param sql the `query` of the URL; the body follows it
/// @param queryId from the request, or a new one
/// @param settings for this statement only
/// @param parameters values of `{name:Type}`
record BridgeRequest(String sql, String database, String format, String queryId, Map<String, String> settings,
        Map<String, String> parameters) {
    private static final Pattern NAME = Pattern.compile("\\w+");
    private static final Pattern FORMAT_CLAUSE = Pattern.compile("\\bFORMAT\\s+(\\w+)\\s*;?\\s*$",
            Pattern.CASE_INSENSITIVE);
    /// Parameters of the interface, not of the engine.
    private static final Set<String> INTERFACE = Set.of("query", "database", "default_format", "query_id", "user",
            "password",
            "quota_key", "role", "wait_end_of_query", "buffer_size", "client_protocol_version");
    /// Parameters of a server that this bridge rejects, because it does not support them.
    private static final Set<String> UNSUPPORTED = Set.of("session_id", "stacktrace", "compress", "decompress");

    static BridgeRequest of(URI uri, Headers headers) {
        Map<String, String> all = query(uri);
        for (String name : all.keySet()) {
            boolean on = !"0".equals(all.get(name)) && !"false".equals(all.get(name));
            if (UNSUPPORTED.contains(name) && on) {
                throw new ChdbException(
                        "Code: 48. DB::Exception: the local bridge has no " + name + " (NOT_IMPLEMENTED)");
            }
        }
        String queryId = all.getOrDefault("query_id", "");
        Map<String, String> settings = new LinkedHashMap<>();
        Map<String, String> parameters = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith("param_")) {
                parameters.put(name.substring("param_".length()), value);
            } else if (!INTERFACE.contains(name) && !UNSUPPORTED.contains(name)) {
                settings.put(checked(name), value);
            }
        });
        if (!queryId.isEmpty()) {
            // The library accepts no query id. system.processes shows the comment instead.
            settings.putIfAbsent("log_comment", queryId);
        }
        return new BridgeRequest(all.getOrDefault("query", ""),
                first(headers, "X-ClickHouse-Database", all.getOrDefault("database", "default")),
                first(headers, "X-ClickHouse-Format", all.getOrDefault("default_format", "TabSeparated")),
                queryId.isEmpty() ? UUID.randomUUID().toString() : queryId, settings, parameters);
    }

    /// @return the format of the result of `statement`
    String formatOf(String statement) {
        Matcher clause = FORMAT_CLAUSE.matcher(statement);
        return clause.find() ? clause.group(1) : format;
    }

    /// @return `SET a = '1', b = 'x'`
    String set() {
        return settings.keySet().stream().map(name -> name + " = '" + escaped(String.valueOf(settings.get(name))) + "'")
                .collect(Collectors.joining(", ", "SET ", ""));
    }

    /// @return `SET a = DEFAULT, b = DEFAULT`
    String reset() {
        return settings.keySet().stream().map(name -> name + " = DEFAULT")
                .collect(Collectors.joining(", ", "SET ", ""));
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> all = new LinkedHashMap<>();
        String raw = uri.getRawQuery();
        for (String pair : (raw == null ? "" : raw).split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                all.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return all;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ChdbException("Code: 115. DB::Exception: Unknown setting '" + name + "' (UNKNOWN_SETTING)");
        }
        return name;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("'", "\\'");
    }

    private static String first(Headers headers, String name, String otherwise) {
        String value = headers.getFirst(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
