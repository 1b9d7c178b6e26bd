package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fanfinity.analytics.event.ResourceDirectory;
import com.fanfinity.analytics.event.Sha256;

/// The files under `web/` of the class path, all read once at the start. A request looks up its path in this map and
/// never opens a file, so no other file can be served.
///
/// Each page names its scripts and styles under `/web/<version>/`, and modules import each other by relative paths. A
/// change to any file therefore gives all of them new addresses, and clients may cache each address forever.
final class PageFiles {

    private static final String ROOT = "/web/";
    private static final String HEADER = "header.html";

    /// Hexadecimal digits of the version and of an entity tag: 64 bits.
    private static final int DIGITS = 16;

    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js",
            "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8", "svg", "image/svg+xml");

    /// @param tag the entity tag; weak, because responses may be compressed
    record PageFile(byte[] bytes, String type, String tag) {}

    private final SortedMap<String, PageFile> files = new TreeMap<>();
    private final String version;

    PageFiles() {
        SortedMap<String, byte[]> read = ResourceDirectory.read("/web");
        byte[] header = requireNonNull(read.get(HEADER), "the build lacks the page header");
        read.replaceAll((name, bytes) -> isPage(name) ? withHeader(bytes, header) : bytes);
        version = digits(read.values());
        read.forEach((name, bytes) -> files.put(name, file(name, isPage(name) ? versioned(bytes) : bytes)));
    }

    private static boolean isPage(String name) {
        return name.endsWith(".html");
    }

    /// A hash of all files.
    String version() {
        return version;
    }

    /// The files by their paths under `web/`, such as `js/match.js`.
    SortedMap<String, PageFile> byName() {
        return files;
    }

    /// Replaces the comment that names the header by the header, which all pages share.
    private static byte[] withHeader(byte[] page, byte[] header) {
        return new String(page, UTF_8).replace("  <!-- " + HEADER + " -->\n", new String(header, UTF_8))
                .getBytes(UTF_8);
    }

    private byte[] versioned(byte[] page) {
        return new String(page, UTF_8).replace("\"" + ROOT, "\"" + ROOT + version + "/").getBytes(UTF_8);
    }

    private static PageFile file(String name, byte[] bytes) {
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return new PageFile(bytes, TYPES.getOrDefault(extension, "text/plain; charset=utf-8"),
                "W/\"" + digits(List.of(bytes)) + "\"");
    }

    private static String digits(Collection<byte[]> parts) {
        return Sha256.hex(parts).substring(0, DIGITS);
    }
}
