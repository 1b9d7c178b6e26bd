package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of the pages, read once from the class path. Only these are served: a path is looked up, never opened.
///
/// Each page names its scripts and styles under `/web/<version>/`, and modules import each other relatively; so a new version of any file
/// is a new address for all of them, and each address may be cached for ever.
final class PageFiles {

    private static final String ROOT = "/web/";
    private static final String HEADER = "header.html";

    /// Digits of the version and of an entity tag: 64 bits.
    private static final int DIGITS = 16;

    private static final List<String> NAMES = List.of(HEADER, "index.html", "match.html", "pipeline.html", "favicon.svg",
            "css/base.css", "css/match.css", "css/matchday.css", "css/pipeline.css",
            "js/api.js", "js/chart.js", "js/clock.js", "js/dom.js", "js/drawing.js", "js/format.js", "js/graph.js", "js/heat.js",
            "js/match.js",
            "js/matchday.js", "js/model.js", "js/moments.js", "js/momentum.js", "js/panels.js", "js/pipeline.js", "js/pipelinepanels.js",
            "js/prom.js", "js/reactions.js", "js/shell.js", "js/sides.js", "js/spark.js", "js/sse.js", "js/stream.js", "js/theme.js",
            "js/types.js", "lib/uplot/uPlot.iife.min.js", "lib/uplot/uPlot.min.css", "lib/uplot/LICENSE");

    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8", "svg", "image/svg+xml");

    /// @param tag the entity tag; weak, because the same file is also sent compressed
    record PageFile(byte[] bytes, String type, String tag) {}

    private final SortedMap<String, PageFile> files = new TreeMap<>();
    private final String version;

    PageFiles() {
        SortedMap<String, byte[]> read = new TreeMap<>();
        MessageDigest all = sha256();
        for (String name : NAMES) {
            byte[] bytes = name.endsWith(".html") ? withHeader(resource(name)) : resource(name);
            read.put(name, bytes);
            all.update(bytes);
        }
        version = digits(all);
        read.forEach((name, bytes) -> files.put(name, file(name, name.endsWith(".html") ? versioned(bytes) : bytes)));
    }

    /// What stands for the contents of all files.
    String version() {
        return version;
    }

    /// The files by their names, such as `js/match.js`.
    SortedMap<String, PageFile> byName() {
        return files;
    }

    /// What all pages begin with is one file, put in where a page names it.
    private static byte[] withHeader(byte[] page) {
        return new String(page, UTF_8).replace("  <!-- " + HEADER + " -->\n", new String(resource(HEADER), UTF_8)).getBytes(UTF_8);
    }

    private byte[] versioned(byte[] page) {
        return new String(page, UTF_8).replace("\"" + ROOT, "\"" + ROOT + version + "/").getBytes(UTF_8);
    }

    private static PageFile file(String name, byte[] bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return new PageFile(bytes, TYPES.getOrDefault(extension, "text/plain; charset=utf-8"), "W/\"" + digits(digest) + "\"");
    }

    private static byte[] resource(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new IllegalStateException("the page's file " + name + " is missing from the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the page's file " + name + " cannot be read", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String digits(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }
}
