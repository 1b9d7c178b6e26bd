package com.fanfinity.analytics.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A deployment environment. Its values override the base's.
///
/// @param name the name in the workflow `deploy` and of the overlay
record DeployEnvironment(String name) {

    static final String RELEASE = "fanfinity";

    private static final Path BASE = Chart.KUBERNETES.resolve("base/values.yaml");

    /// All environments with a values file.
    static List<DeployEnvironment> all() {
        try (Stream<Path> files = Files.list(Chart.KUBERNETES.resolve("environments"))) {
            return files.map(file -> new DeployEnvironment(file.getFileName().toString().replaceFirst("\\.yaml$", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path overlay() {
        return Chart.KUBERNETES.resolve("overlays").resolve(name);
    }

    /// The namespace in its overlay.
    String namespace() throws IOException {
        return Manifests.read(Files.readString(overlay().resolve("kustomization.yaml"))).all().getFirst()
                .path("namespace").asText();
    }

    /// Helm's output for the base's values alone.
    static String base() {
        return Chart.text(Chart.DIRECTORY, RELEASE, Chart.NAMESPACE, List.of(BASE));
    }

    /// Helm's output for this environment.
    String text() throws IOException {
        return Chart.text(Chart.DIRECTORY, RELEASE, namespace(),
                List.of(BASE, Chart.KUBERNETES.resolve("environments/" + name + ".yaml")));
    }

    @Override
    public String toString() {
        return name;
    }
}
