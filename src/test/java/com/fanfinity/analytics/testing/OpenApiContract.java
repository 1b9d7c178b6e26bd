package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.Response;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;

/// Compares requests and responses with `openapi.yaml`: operations, statuses, content types, member names and types.
///
/// Responses are always validated. Requests are validated only if they were accepted completely: tests send invalid
/// ones on purpose. Paths that the document does not have, such as the pages, are ignored.
public final class OpenApiContract {

    /// One request and its response.
    public record Exchange(String method, URI uri, Map<String, List<String>> requestHeaders, String requestBody,
            int status,
            Map<String, List<String>> responseHeaders, String responseBody) {}

    private static final int PARTLY_ACCEPTED = 207;
    private static final String TEMPLATE_PARAMETER = "\\{[^}]+}";

    /// Methods that OpenAPI can describe.
    private static final Set<String> METHODS = Arrays.stream(Request.Method.values()).map(Enum::name)
            .collect(Collectors.toUnmodifiableSet());

    private final OpenAPI document;
    private final OpenApiInteractionValidator validator;
    private final Set<String> exercised = new ConcurrentSkipListSet<>();

    /// @param yaml the OpenAPI document
    public OpenApiContract(String yaml) throws IOException {
        String closed = ClosedSchemas.of(yaml);
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        this.document = new OpenAPIV3Parser().readContents(closed, null, options).getOpenAPI();
        LevelResolver levels = LevelResolver.create()
                .withLevel("validation.request.security.missing", ValidationReport.Level.IGNORE)
                .withLevel("validation.request.security.invalid", ValidationReport.Level.IGNORE).build();
        this.validator = OpenApiInteractionValidator.createForInlineApiSpecification(closed).withLevelResolver(levels)
                .build();
    }

    /// Validates an exchange and records its operation as exercised.
    ///
    /// @return each violation with its operation, JSON pointer and message; empty if there are none
    public List<String> violations(Exchange exchange) {
        Optional<String> template = template(exchange.uri().getPath());
        if (template.isEmpty() || !METHODS.contains(exchange.method()) || exchange.status() == 405) {
            return List.of();
        }
        Request.Method method = Request.Method.valueOf(exchange.method());
        operation(template.get(), method).ifPresent(exercised::add);
        ValidationReport report = validator.validateResponse(template.get(), method, response(exchange));
        if (exchange.status() < 300 && exchange.status() != PARTLY_ACCEPTED) {
            report = report.merge(validator.validateRequest(request(exchange, method)));
        }
        String name = exchange.method() + " " + template.get() + " " + exchange.status();
        return report.getMessages().stream().filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
                .map(message -> name + " at " + pointer(message) + ": " + message.getMessage()).toList();
    }

    /// The `operationId`s of the document.
    public Set<String> operations() {
        Set<String> ids = new TreeSet<>();
        document.getPaths().values()
                .forEach(path -> path.readOperations().forEach(operation -> ids.add(operation.getOperationId())));
        return ids;
    }

    /// The `operationId`s of the validated exchanges.
    public Set<String> exercised() {
        return Set.copyOf(exercised);
    }

    private Optional<String> template(String path) {
        return document.getPaths().keySet().stream().filter(template -> path.matches(pattern(template)))
                .min((one, other) -> Integer
                        .compare(one.split(TEMPLATE_PARAMETER, -1).length, other.split(TEMPLATE_PARAMETER, -1).length));
    }

    private static String pattern(String template) {
        String[] literals = template.split(TEMPLATE_PARAMETER, -1);
        return String.join("[^/]+", Arrays.stream(literals).map(Pattern::quote).toList());
    }

    private Optional<String> operation(String template, Request.Method method) {
        PathItem.HttpMethod name = PathItem.HttpMethod.valueOf(method.name());
        return Optional.ofNullable(document.getPaths().get(template)).map(item -> item.readOperationsMap().get(name))
                .map(found -> found.getOperationId());
    }

    private static Request request(Exchange exchange, Request.Method method) {
        SimpleRequest.Builder builder = new SimpleRequest.Builder(method, exchange.uri().getPath());
        exchange.requestHeaders().forEach(builder::withHeader);
        String query = exchange.uri().getQuery();
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            String[] parts = parameter.split("=", 2);
            builder.withQueryParam(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return (exchange.requestBody().isEmpty() ? builder : builder.withBody(exchange.requestBody())).build();
    }

    private static Response response(Exchange exchange) {
        SimpleResponse.Builder builder = SimpleResponse.Builder.status(exchange.status());
        exchange.responseHeaders().forEach(builder::withHeader);
        return (exchange.responseBody().isEmpty() ? builder : builder.withBody(exchange.responseBody())).build();
    }

    private static String pointer(ValidationReport.Message message) {
        return message.getContext().flatMap(ValidationReport.MessageContext::getPointers)
                .map(ValidationReport.MessageContext.Pointers::getInstance).orElse("/");
    }
}
