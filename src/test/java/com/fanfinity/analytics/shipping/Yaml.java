package com.fanfinity.analytics.shipping;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// YAML with anchors and merges resolved. A missing node is empty, for every type. A key without a value
/// has "".
record Yaml(Object value) {

    private static final String NOTHING = "";

    static Yaml parse(String text) {
        return of(new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(text));
    }

    static String read(String file) throws IOException {
        return Files.readString(path(file));
    }

    static Path path(String file) {
        return ProjectDir.find().resolve(file);
    }

    private static Yaml of(@org.jspecify.annotations.Nullable Object value) {
        return new Yaml(value == null ? NOTHING : value);
    }

    Yaml at(String... keys) {
        Yaml found = this;
        for (String key : keys) {
            found = found.map().getOrDefault(key, of(null));
        }
        return found;
    }

    boolean has(String key) {
        return map().containsKey(key);
    }

    Map<String, Yaml> map() {
        Map<String, Yaml> entries = new TreeMap<>();
        if (value instanceof Map<?, ?> map) {
            // YAML 1.1 reads the key `on` as true.
            map.forEach((key, entry) -> entries.put(Boolean.TRUE.equals(key) ? "on" : String.valueOf(key), of(entry)));
        }
        return entries;
    }

    List<Yaml> list() {
        return value instanceof List<?> list ? list.stream().map(Yaml::of).toList() : List.of();
    }

    List<String> texts() {
        return list().stream().map(Yaml::text).toList();
    }

    String text() {
        return value.toString();
    }
}
