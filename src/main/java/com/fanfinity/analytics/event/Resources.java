package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Files on the class path. Each file is part of the build, so a missing file is a fault of the build.
public final class Resources {

    private Resources() {}

    /// @param path absolute, such as `/web/index.html`
    public static byte[] bytes(String path) {
        try (InputStream in = Resources.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + path + " is missing from the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + path, e);
        }
    }

    /// @param path absolute, of a file in UTF-8
    public static String text(String path) {
        return new String(bytes(path), UTF_8);
    }
}
