package com.fanfinity.analytics.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// Lints and renders the chart with Helm, as a library.
final class Chart {

    static final Path KUBERNETES = ProjectDir.find().resolve("ops/kubernetes");
    static final Path DIRECTORY = KUBERNETES.resolve("chart");

    static final String RELEASE = "match-day";
    static final String NAMESPACE = "fanfinity";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern DOT = Pattern.compile("\\.");

    private Chart() {}

    /// @param values path of a value, with dots → the value that replaces the default
    /// @throws IllegalStateException if the values' schema or a template rejects them
    static Manifests render(Map<String, ?> values) {
        return render(DIRECTORY, RELEASE, values);
    }

    static Manifests render(Path chart, String release, Map<String, ?> values) {
        return Manifests.read(text(chart, release, values));
    }

    /// The output of `helm template`.
    static String text(Path chart, String release, Map<String, ?> values) {
        try {
            Path file = Files.createTempFile("values", ".json");
            try {
                Files.writeString(file, tree(values).toString());
                return text(chart, release, NAMESPACE, List.of(file));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param values files; a later file overrides earlier ones
    static String text(Path chart, String release, String namespace, List<Path> values) {
        TemplateCommand template = new Helm(chart).template().withName(release).withNamespace(namespace)
                .withKubeVersion("1.33.0");
        values.forEach(template::withValuesFile);
        return template.call();
    }

    /// As `helm lint --strict`.
    static LintResult lint(Path chart) {
        return new Helm(chart).lint().strict().call();
    }

    /// A copy with files in place of links, because Helm logs a warning for each link that it follows.
    static Path copy(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(DIRECTORY, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(DIRECTORY.relativize(file).toString()));
            }
        }
        return to;
    }

    private static ObjectNode tree(Map<String, ?> values) {
        ObjectNode root = JSON.createObjectNode();
        values.forEach((path, value) -> {
            String[] names = DOT.split(path, -1);
            ObjectNode parent = root;
            for (int i = 0; i < names.length - 1; i++) {
                parent = parent.withObjectProperty(names[i]);
            }
            parent.set(names[names.length - 1], JSON.valueToTree(value));
        });
        return root;
    }
}
