package com.fanfinity.analytics.event;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads all files of a directory on the class path, which lies in the file system or in a jar.
public final class ResourceDirectory {

    private ResourceDirectory() {}

    /// @param path absolute, such as `/web`
    /// @return the contents of the files by their paths under the directory, with `/` between names
    public static SortedMap<String, byte[]> read(String path) {
        URL url = ResourceDirectory.class.getResource(path);
        return read(url == null ? inOwnJar(path) : url);
    }

    /// A jar may have files without an entry for their directory, which the class loader then does not find.
    private static URL inOwnJar(String path) {
        URL location = ResourceDirectory.class.getProtectionDomain().getCodeSource().getLocation();
        if (!location.getPath().endsWith(".jar")) {
            throw new IllegalStateException("the directory " + path + " is missing from the build");
        }
        try {
            return URI.create("jar:" + location + "!" + path).toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("the class path has an invalid URL: " + location, e);
        }
    }

    static SortedMap<String, byte[]> read(URL url) {
        try {
            return url.getProtocol().equals("jar")
                    ? readJar((JarURLConnection) url.openConnection())
                    : readFiles(Path.of(url.toURI()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + url, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path has an invalid URL: " + url, e);
        }
    }

    private static SortedMap<String, byte[]> readJar(JarURLConnection entry) throws IOException, URISyntaxException {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(entry.getJarFileURL().toURI()))) {
            return readFiles(jar.getPath(entry.getEntryName()));
        }
    }

    private static SortedMap<String, byte[]> readFiles(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(directory)) {
            files = tree.filter(Files::isRegularFile).toList();
        }
        SortedMap<String, byte[]> read = new TreeMap<>();
        for (Path file : files) {
            read.put(directory.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
        return read;
    }
}
