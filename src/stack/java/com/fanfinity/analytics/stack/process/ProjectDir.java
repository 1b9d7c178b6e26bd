package com.fanfinity.analytics.stack.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The root directory of the checkout.
public final class ProjectDir {
    /// The system property for the directory, for classes outside the checkout.
    static final String PROPERTY = "analytics.root";

    private ProjectDir() {}

    /// @return the directory of pom.xml and package.json
    public static Path find() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        Path start = Path.of(classes());
        for (Path dir = start; dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve("pom.xml")) && Files.exists(dir.resolve("package.json"))) {
                return dir;
            }
        }
        throw new IllegalStateException(
                "no pom.xml and package.json above " + start + "; set the directory with -D" + PROPERTY);
    }

    private static URI classes() {
        try {
            return ProjectDir.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
