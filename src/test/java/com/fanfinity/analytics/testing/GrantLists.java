package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourceType;

import com.fanfinity.analytics.kafka.Grant;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// The operations that a user needs in Kafka, as an operator reads them: in the table of the documentation and in the
/// manifests for Strimzi.
public final class GrantLists {

    private static final Path PAGE = ProjectDir.find().resolve("docs/operations/kafka-security.md");
    private static final Path USERS = ProjectDir.find().resolve("ops/kubernetes/strimzi/users.yaml");
    private static final String BEGIN = "<!-- grants -->\n";
    private static final String END = "<!-- end of grants -->\n";

    private GrantLists() {}

    /// The table as text.
    public static String tableText() throws IOException {
        String page = Files.readString(PAGE);
        return page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));
    }

    public static void writeTable(String table) throws IOException {
        String page = Files.readString(PAGE);
        Files.writeString(PAGE, page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table
                + page.substring(page.indexOf(END)));
    }

    /// User → operations, such as `Write on topic match-events`.
    public static Map<String, Set<String>> ofTable() throws IOException {
        List<List<String>> rows = tableText().lines().filter(line -> !line.startsWith("|---"))
                .map(GrantLists::cells).toList();
        List<String> users = rows.getFirst().subList(1, rows.getFirst().size());
        Map<String, Set<String>> operations = new LinkedHashMap<>();
        users.forEach(user -> operations.put(user, new TreeSet<>()));
        for (List<String> row : rows.subList(1, rows.size())) {
            String resource = row.getFirst().replace("`", "");
            for (int i = 0; i < users.size(); i++) {
                Set<String> ofUser = operations.getOrDefault(users.get(i), new TreeSet<>());
                Arrays.stream(row.get(i + 1).split(", ", -1)).filter(operation -> !operation.isEmpty())
                        .forEach(operation -> ofUser.add(operation + " on " + resource));
            }
        }
        return operations;
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.length() - 1).split("\\|", -1)).map(String::strip).toList();
    }

    /// The name of a KafkaUser → its grants.
    public static Map<String, List<Grant>> ofManifests() throws IOException {
        Map<String, List<Grant>> users = new LinkedHashMap<>();
        for (JsonNode manifest : documents(USERS)) {
            List<Grant> grants = new ArrayList<>();
            manifest.at("/spec/authorization/acls").forEach(acl -> acl.path("operations")
                    .forEach(operation -> grants.add(grant(acl.path("resource"), operation.asText()))));
            users.put(nameOf(manifest), grants);
        }
        return users;
    }

    private static Grant grant(JsonNode resource, String operation) {
        ResourceType type = ResourceType.valueOf(constant(resource.path("type").asText()));
        return new Grant(type,
                type == ResourceType.CLUSTER ? Resource.CLUSTER_NAME : resource.path("name").asText(),
                resource.path("patternType").asText().equals("prefix"), AclOperation.valueOf(constant(operation)));
    }

    /// `DescribeConfigs` → `DESCRIBE_CONFIGS`.
    private static String constant(String text) {
        return text.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    /// The documents of a YAML file.
    public static List<JsonNode> documents(Path file) throws IOException {
        try (MappingIterator<JsonNode> documents = new YAMLMapper().readerFor(JsonNode.class)
                .readValues(file.toFile())) {
            return documents.readAll();
        }
    }

    public static String nameOf(JsonNode manifest) {
        return manifest.at("/metadata/name").asText();
    }
}
