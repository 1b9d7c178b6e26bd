package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceDirectoryTest {

    @Test
    void read_directoryOfTheBuild_findsItsFiles() {
        assertArrayEquals(Resources.bytes("/web/css/base.css"), ResourceDirectory.read("/web").get("css/base.css"));
    }

    @Test
    void read_directoryInAJar_findsItsFilesAndNoOthers(@TempDir Path temp) throws IOException {
        Path jar = temp.resolve("with spaces.jar");
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Files.createDirectories(files.getPath("web/js"));
            Files.writeString(files.getPath("web/js/a.js"), "a");
            Files.writeString(files.getPath("web/index.html"), "index");
            Files.writeString(files.getPath("secret.properties"), "secret");
        }

        SortedMap<String, byte[]> read = ResourceDirectory.read(URI.create("jar:" + jar.toUri() + "!/web").toURL());

        assertEquals(Set.of("index.html", "js/a.js"), read.keySet());
        assertEquals("a", new String(read.get("js/a.js"), UTF_8));
    }

    @Test
    void read_jarWithoutDirectoryEntries_findsItsFiles(@TempDir Path temp) throws IOException {
        Path jar = temp.resolve("flat.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("web/js/a.js"));
            out.write('a');
        }

        assertEquals(Set.of("js/a.js"),
                ResourceDirectory.read(URI.create("jar:" + jar.toUri() + "!/web").toURL()).keySet());
    }

    @Test
    void read_missingDirectory_isReported() {
        assertThrows(IllegalStateException.class, () -> ResourceDirectory.read("/no-such-directory"));
    }
}
