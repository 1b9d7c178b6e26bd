package com.fanfinity.analytics.http;

import java.util.Optional;
import java.util.regex.Pattern;

/// One route of a server, for the gate.
///
/// @param method in upper case; a GET route also serves HEAD
/// @param template the path with its parameters, such as `/api/matches/{matchId}/metrics`
/// @param access empty if the route was registered without one; the gate then refuses it
public record Route(String method, String template, Optional<Access> access) {

    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}|<[^>]+>");

    /// Matches the path as Javalin does: `{x}` is one segment, and `<x>` may contain slashes.
    Pattern pattern() {
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (var parameter = PARAMETER.matcher(template); parameter.find(); from = parameter.end()) {
            regex.append(Pattern.quote(template.substring(from, parameter.start())))
                    .append(parameter.group().startsWith("<") ? ".+" : "[^/]+");
        }
        return Pattern.compile(regex.append(Pattern.quote(template.substring(from))).toString());
    }

    /// The part of the template before its first parameter.
    String literalPrefix() {
        var parameter = PARAMETER.matcher(template);
        return parameter.find() ? template.substring(0, parameter.start()) : template;
    }
}
