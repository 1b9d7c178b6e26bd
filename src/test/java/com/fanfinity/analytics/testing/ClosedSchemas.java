package com.fanfinity.analytics.testing;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.yaml.snakeyaml.Yaml;

/// Makes the schemas of an OpenAPI document reject members that they do not define.
///
/// It adds `additionalProperties: false` to each schema with `properties`. Each part of an `allOf` would then reject
/// the members of the other parts, so it merges the parts into one schema first.
final class ClosedSchemas {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;

    private ClosedSchemas(JsonNode document) {
        this.document = document;
    }

    /// Returns the closed document as JSON.
    static String of(String yaml) throws IOException {
        JsonNode document = JSON.valueToTree(new Yaml().load(yaml));
        new ClosedSchemas(document).close(document);
        return JSON.writeValueAsString(document);
    }

    private void close(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.remove("allOf") instanceof ArrayNode parts) {
                parts.forEach(part -> merge(part, object));
            }
            if (object.path("properties").isObject() && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
        }
        node.forEach(this::close);
    }

    private void merge(JsonNode part, ObjectNode target) {
        JsonNode schema = part.has("$ref") ? document.at(part.get("$ref").asText().substring(1)) : part;
        schema.path("allOf").forEach(nested -> merge(nested, target));
        target.put("type", "object");
        if (schema.path("properties") instanceof ObjectNode properties) {
            target.withObjectProperty("properties").setAll(properties.deepCopy());
        }
        schema.path("required").forEach(target.withArrayProperty("required")::add);
    }
}
