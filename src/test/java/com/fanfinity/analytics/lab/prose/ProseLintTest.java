package com.fanfinity.analytics.lab.prose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProseLintTest {

    private static final String PLAIN = "The sink retries the insert after a backoff. ";

    private static int hits(ProseRule rule, String text) {
        return rule.hits(text).size();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BARE_CLAUSE | What was published is read again.           | 1
            BARE_CLAUSE | The queue keeps what the client sent.       | 1
            BARE_CLAUSE | Who finds no copy gets 503.                 | 1
            BARE_CLAUSE | The client who waits gets 503.              | 0
            BARE_CLAUSE | The procedure names what to do.             | 0
            BARE_CLAUSE | What happens after a kill?                  | 0
            TELL_SAY    | The log says why, and health tells it too.  | 2
            TELL_SAY    | The service reports the cause.              | 0
            ARCHAIC     | Nobody makes it anew for ever.              | 3
            ARCHAIC     | The topic is to be made by an operator.     | 1
            ARCHAIC     | The sink continues after the restart.       | 0
            """)
    void rule_ofASentence_countsItsHits(ProseRule rule, String text, int expected) {
        assertEquals(expected, hits(rule, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/// Nobody may.", "    // Nobody may.", "log.info(\"nobody may read it\");",
        "int i = 0; // Nobody may."})
    void java_commentsAndMessages_areProse(String line) {
        assertEquals(1, rated("A.java", List.of(line)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"String nobody = tell(anew);", "/// Calls `tell` of `nobody`.", "log.info(\"nobody\");"})
    void java_codeAndNames_areNot(String line) {
        assertEquals(0, rated("A.java", List.of(line)));
    }

    @Test
    void markdown_codeBlocks_areNotProse() {
        assertEquals(0, rated("A.md", List.of("```", "nobody tells anew", "```")));
        assertEquals(3, rated("A.md", List.of("nobody tells anew")));
    }

    @Test
    void yaml_commentsAndSentences_areProse() {
        assertEquals(2,
                rated("a.yaml", List.of("# nobody is there", "description: The log says why.", "name: nobody")));
    }

    @Test
    void report_ofPlainText_passes() {
        assertTrue(report(lint(Collections.nCopies(200, PLAIN))).endsWith("ok\n"));
    }

    @Test
    void report_ofPlantedSentences_failsAndPrintsThem() {
        List<String> lines = new ArrayList<>(Collections.nCopies(20, PLAIN));
        lines.add(1, "What is told anew is told to nobody.");
        ProseLint lint = lint(lines);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertFalse(lint.report(new PrintStream(out), 1));
        assertTrue(out.toString(UTF_8).contains("A.md:2 [What, told, told, anew, nobody]"), out.toString(UTF_8));
    }

    @Test
    void report_ofAWideLine_fails() {
        String wide = "a word ".repeat(20);
        assertTrue(lint(List.of("| " + wide)).report(new PrintStream(new ByteArrayOutputStream()), 1));
        assertFalse(lint(List.of(wide)).report(new PrintStream(new ByteArrayOutputStream()), 1));
    }

    private static ProseLint lint(List<String> lines) {
        ProseLint lint = new ProseLint();
        lint.add(Path.of("A.md"), lines);
        return lint;
    }

    private static String report(ProseLint lint) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(lint.report(new PrintStream(out), 1));
        return out.toString(UTF_8);
    }

    private static int rated(String name, List<String> lines) {
        return ProseText.of(Path.of(name), lines).stream()
                .mapToInt(line -> hits(ProseRule.BARE_CLAUSE, line.text()) + hits(ProseRule.TELL_SAY, line.text())
                        + hits(ProseRule.ARCHAIC, line.text()))
                .sum();
    }
}
