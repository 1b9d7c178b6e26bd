package com.fanfinity.analytics.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where the service is deployed to: the base's values, and over them its own.
///
/// @param name as the workflow `deploy` and the overlays have it
record DeployEnvironment(String name) {

    static final String RELEASE = "fanfinity";

    private static final Path BASE = Chart.KUBERNETES.resolve("base/values.yaml");

    /// All for which there are values.
    static List<DeployEnvironment> all() {
        try (Stream<Path> files = Files.list(Chart.KUBERNETES.resolve("environments"))) {
            return files.map(file -> new DeployEnvironment(file.getFileName().toString().replaceFirst("\\.yaml$", ""))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path overlay() {
        return Chart.KUBERNETES.resolve("overlays").resolve(name);
    }

    /// As its overlay says.
    String namespace() throws IOException {
        return Manifests.read(Files.readString(overlay().resolve("kustomization.yaml"))).all().getFirst().path("namespace").asText();
    }

    /// What Helm makes of the base's values by themselves.
    static String base() {
        return Chart.text(Chart.DIRECTORY, RELEASE, Chart.NAMESPACE, List.of(BASE));
    }

    /// What Helm deploys there.
    String text() throws IOException {
        return Chart.text(Chart.DIRECTORY, RELEASE, namespace(), List.of(BASE, Chart.KUBERNETES.resolve("environments/" + name + ".yaml")));
    }

    @Override
    public String toString() {
        return name;
    }
}
