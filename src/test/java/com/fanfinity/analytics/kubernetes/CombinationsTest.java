package com.fanfinity.analytics.kubernetes;

import static com.fanfinity.analytics.kubernetes.Manifests.nodes;
import static com.fanfinity.analytics.kubernetes.Manifests.podOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Role;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.stack.SelfSigned;

/// Checks that hold for every combination of values.
class CombinationsTest {

    private static final String MOUNT = "/etc/fanfinity/secrets/";
    private static final Pattern VAULT_OBJECT = Pattern.compile("objectName: (\\S+)");

    private static final Map<Map<String, Object>, Manifests> RENDERED = new LinkedHashMap<>();

    @TempDir
    private Path secrets = Path.of("");

    private static String certificate = "";

    @BeforeAll
    static void render(@TempDir Path folder) throws Exception {
        certificate = Files.readString(SelfSigned.create(folder).certificate());
        Path chart = Chart.copy(folder.resolve("chart"));
        Combinations.all().forEach(values -> RENDERED.put(values, Chart.render(chart, Chart.RELEASE, values)));
    }

    @Test
    void policies_holdForAll() {
        Set<String> broken = new HashSet<>();
        RENDERED.forEach(
                (values, manifests) -> Policy.broken(manifests).forEach(line -> broken.add(line + " with " + values)));

        assertEquals(Set.of(), broken);
        assertTrue(RENDERED.size() > 90, () -> "only " + RENDERED.size() + " combinations");
    }

    @Test
    void manifests_matchThePublishedSchemas() throws Exception {
        Set<JsonNode> all = RENDERED.values().stream().flatMap(manifests -> manifests.all().stream())
                .collect(Collectors.toSet());

        Schemas.Result result = Schemas.check(all);

        assertEquals(all.size() + " manifests of 16 kinds, 0 faults", result.output().strip());
    }

    /// The service's own loader reads the environment of each pod.
    @Test
    void settings_areAcceptedByTheService() {
        Set<Map<String, String>> seen = new HashSet<>();
        RENDERED.forEach((values, manifests) -> {
            Set<Role> roles = manifests.servers().flatMap(workload -> {
                Map<String, String> environment = withMountedFiles(manifests, workload);
                return seen.add(environment) ? load(environment, values).roles().stream() : roles(environment);
            }).collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
            assertEquals(manifests.servers().count(), roles.size(), () -> "roles " + roles + " with " + values);
        });
        assertFalse(seen.isEmpty());
    }

    private static Stream<Role> roles(Map<String, String> environment) {
        return Stream.of(Role.values()).filter(role -> role.wireName().equals(environment.get("ROLES")));
    }

    private static Settings load(Map<String, String> environment, Map<String, Object> values) {
        try {
            Settings settings = SettingsLoader.load(environment);
            assertFalse(settings.internal().secret().isEmpty());
            assertEquals("0.0.0.0", settings.http().host());
            if (settings.roles().contains(Role.STREAMS)) {
                assertTrue(settings.internal().advertisedHost().startsWith("the-pods."),
                        settings.internal().advertisedHost());
            }
            return settings;
        } catch (SettingsException e) {
            throw new AssertionError(values + ": " + e.getMessage(), e);
        }
    }

    /// Creates the files that the secrets volume mounts.
    private Map<String, String> withMountedFiles(Manifests manifests, JsonNode workload) {
        Path directory = secrets.resolve(String.valueOf(mounted(manifests, workload)));
        try {
            Files.createDirectories(directory);
            for (String name : mounted(manifests, workload)) {
                String content = "# sixteen-characters-at-least".replace("# ", name.contains(".") ? "# " : "");
                Files.writeString(directory.resolve(name), name.endsWith(".crt") ? certificate : content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> environment = new HashMap<>(manifests.environment(workload));
        environment.replaceAll(
                (name, value) -> value.startsWith(MOUNT)
                        ? directory.resolve(value.substring(MOUNT.length())).toString()
                        : value);
        return environment;
    }

    private static List<String> mounted(Manifests manifests, JsonNode workload) {
        JsonNode volume = nodes(podOf(workload).path("volumes"))
                .filter(each -> each.path("name").asText().equals("secrets")).findFirst()
                .orElseThrow();
        if (volume.has("secret")) {
            return nodes(volume.at("/secret/items")).map(item -> item.path("path").asText()).sorted().toList();
        }
        String objects = manifests
                .one("SecretProviderClass", volume.at("/csi/volumeAttributes/secretProviderClass").asText())
                .at("/spec/parameters/objects").asText();
        return VAULT_OBJECT.matcher(objects).results().map(match -> match.group(1)).sorted().toList();
    }
}
