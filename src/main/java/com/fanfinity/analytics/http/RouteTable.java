package com.fanfinity.analytics.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.javalin.Javalin;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;

/// All routes of one server with the access that each requires: Javalin's routes and those of the streaming endpoints.
///
/// It finds the route of a request before Javalin does. If the two ever differ, {@link HttpServer} refuses the request,
/// so a path in an unusual form cannot pass the gate as another route.
public final class RouteTable {

    private record Parameterized(Route route, String prefix, Pattern pattern) {}

    private final List<Route> routes;
    private final List<StreamingEndpoint> streaming;
    private final Map<String, Map<String, Route>> literal = new HashMap<>();
    private final Map<String, List<Parameterized>> parameterized = new HashMap<>();

    RouteTable(List<Route> routes, List<StreamingEndpoint> streaming) {
        List<Route> all = new ArrayList<>(routes);
        streaming.forEach(endpoint -> endpoint.templates().forEach(template -> all.add(streamed(endpoint, template))));
        this.routes = List.copyOf(all);
        this.streaming = List.copyOf(streaming);
        routes.forEach(this::index);
    }

    static RouteTable of(Javalin javalin, List<StreamingEndpoint> streaming) {
        return new RouteTable(javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint).filter(endpoint -> endpoint.method.isHttpMethod())
                .map(RouteTable::route).toList(), streaming);
    }

    private static Route route(Endpoint endpoint) {
        Roles roles = endpoint.metadata(Roles.class);
        Optional<Access> access = (roles == null ? Set.of() : roles.getRoles()).stream()
                .filter(Access.class::isInstance).map(Access.class::cast).findFirst();
        return new Route(endpoint.method.name(), endpoint.path, access);
    }

    private static Route streamed(StreamingEndpoint endpoint, String template) {
        return new Route("GET", template, Optional.of(endpoint.access()));
    }

    private void index(Route route) {
        String prefix = route.literalPrefix();
        if (prefix.equals(route.template())) {
            literal.computeIfAbsent(route.method(), _ -> new HashMap<>()).putIfAbsent(prefix, route);
        } else {
            parameterized.computeIfAbsent(route.method(), _ -> new ArrayList<>())
                    .add(new Parameterized(route, prefix, route.pattern()));
        }
    }

    /// All routes, for tests and documents.
    public List<Route> routes() {
        return routes;
    }

    /// The route that will serve the request; empty if none will.
    ///
    /// @param path the raw path, without the query
    Optional<Route> find(String method, String path) {
        for (StreamingEndpoint endpoint : streaming) {
            Optional<String> template = endpoint.routeTemplate(path);
            if (template.isPresent()) {
                return Optional.of(streamed(endpoint, template.get()));
            }
        }
        String served = method.equals("HEAD") ? "GET" : method;
        String plain = withoutTrailingSlashes(path);
        Route exact = literal.getOrDefault(served, Map.of()).get(plain);
        if (exact != null) {
            return Optional.of(exact);
        }
        for (Parameterized candidate : parameterized.getOrDefault(served, List.of())) {
            if (plain.startsWith(candidate.prefix()) && candidate.pattern().matcher(plain).matches()) {
                return Optional.of(candidate.route());
            }
        }
        return Optional.empty();
    }

    private static String withoutTrailingSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
