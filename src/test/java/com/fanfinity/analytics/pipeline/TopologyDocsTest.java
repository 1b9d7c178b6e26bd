package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// The files of `topology-docs` must match the code. `-Dupdate.docs=true` writes those that are generated.
class TopologyDocsTest {

    private static final Path DOCS = ProjectDir.find().resolve("topology-docs");

    private static final Settings SETTINGS = PipelineDriver.settings(Path.of("state"));

    private static TopologyDescription description() {
        return PipelineDriver.topology(SETTINGS, Clock.systemUTC(), new Meters(new SimpleMeterRegistry())).describe();
    }

    private static void assertFile(String name, String expected) {
        try {
            Path file = DOCS.resolve(name);
            if (Boolean.getBoolean("update.docs")) {
                Files.createDirectories(DOCS);
                Files.writeString(file, expected);
            }
            assertTrue(Files.exists(file), () -> name + " is missing; -Dupdate.docs=true writes it");
            assertEquals(expected, Files.readString(file),
                    () -> name + " does not match the code; -Dupdate.docs=true writes it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String readme() {
        try {
            return Files.readString(DOCS.resolve("README.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void text_ofTheTopology_isInTheDocs() {
        assertFile("topology.txt",
                description().toString().lines().map(String::stripTrailing).reduce("",
                        (all, line) -> all + line + "\n"));
    }

    @Test
    void diagram_ofTheTopology_isInTheDocs() {
        assertFile("topology.mmd", mermaid(description()));
    }

    @Test
    void readme_diagram_isTheGeneratedOne() {
        String begin = "```mermaid\n";
        String readme = readme();
        int start = readme.indexOf(begin) + begin.length();
        assertFile("README.md",
                readme.substring(0, start) + mermaid(description()) + readme.substring(readme.indexOf("```\n", start)));
    }

    @Test
    void settings_ofTopicsAndStores_areInTheDocs() {
        assertFile("SETTINGS.md", SettingsPage.of(Layout.ofTheCode()));
    }

    @Test
    void readme_topicsAndStores_namesThemAll() {
        String application = KafkaClients.streamsGroup(SETTINGS.kafka());
        Set<String> names = new TreeSet<>(PipelineDriver.TOPICS.all());
        for (Subtopology subtopology : description().subtopologies()) {
            for (Node node : subtopology.nodes()) {
                if (node instanceof Processor processor) {
                    processor.stores().forEach(store -> names.add(application + "-" + store + "-changelog"));
                }
            }
        }

        String readme = readme();

        assertEquals(12, names.size());
        names.forEach(name -> assertTrue(readme.contains("`" + name + "`"), () -> "README.md doesn't name " + name));
    }

    @Test
    void describe_topology_isOneSubtopology() {
        assertEquals(1, description().subtopologies().size());
        assertEquals(0, description().globalStores().size());
    }

    // --- Mermaid

    private static String mermaid(TopologyDescription description) {
        StringBuilder text = new StringBuilder("flowchart LR\n");
        for (Subtopology subtopology : description.subtopologies()) {
            List<Node> nodes = subtopology.nodes().stream().sorted(Comparator.comparing(Node::name)).toList();
            text.append("    subgraph sub").append(subtopology.id()).append("[\"sub-topology ").append(subtopology.id())
                    .append("\"]\n");
            nodes.forEach(node -> text.append("        ").append(shape(node)).append('\n'));
            text.append("    end\n");
            nodes.forEach(node -> edges(node, text));
        }
        return text.toString();
    }

    private static String shape(Node node) {
        return node instanceof Processor
                ? id(node) + "[\"" + node.name() + "\"]"
                : id(node) + "([\"" + node.name() + "\"])";
    }

    private static void edges(Node node, StringBuilder text) {
        switch (node) {
            case Source source -> source.topicSet().stream().sorted()
                    .forEach(topic -> line(text, topic(topic) + " --> " + id(node)));
            case Sink sink -> line(text, id(node) + " --> " + topic(sink.topic()));
            case Processor processor -> processor.stores().stream().sorted()
                    .forEach(store -> line(text,
                            id(node) + " <-.-> store_" + store.replace('-', '_') + "[(\"" + store + "\")]"));
            default -> throw new AssertionError("unknown kind of node: " + node);
        }
        node.successors().stream().map(Node::name).sorted().forEach(next -> line(text, id(node) + " --> " + id(next)));
    }

    private static void line(StringBuilder text, String line) {
        text.append("    ").append(line).append('\n');
    }

    private static String topic(String topic) {
        return "topic_" + topic.replace('-', '_') + "[/\"" + topic + "\"/]";
    }

    private static String id(Node node) {
        return id(node.name());
    }

    private static String id(String name) {
        return "node_" + name.replace('-', '_');
    }
}
