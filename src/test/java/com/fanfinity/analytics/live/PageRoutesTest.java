package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Requirements;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

class PageRoutesTest {
    private static final List<String> PAGES = List.of("/", "/matches/wyscout-2058017", "/pipeline");
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    private static final Pattern INLINE = Pattern.compile(
            "<script(?![^>]* src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:|(src|href)=\"(https?:)?//");
    private static final Pattern OWN_FILE = Pattern.compile("\"(/web/[^\"]+)\"");

    private final TestServer server = new TestServer(PageRoutes.all());

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void page_any_isHtmlWithAStrictPolicyAndIsRevalidated() {
        for (String path : PAGES) {
            Reply reply = server.get(path);

            assertEquals(200, reply.status(), path);
            assertEquals("text/html;charset=utf-8", reply.header("Content-Type"));
            assertEquals(PageRoutes.POLICY, reply.header("Content-Security-Policy"));
            assertEquals("no-cache", reply.header("Cache-Control"));
            assertEquals("nosniff", reply.header("X-Content-Type-Options"));
            assertEquals("no-referrer", reply.header("Referrer-Policy"));
        }
    }

    @Test
    void page_any_hasNoInlineScriptOrStyleAndNoForeignResources() {
        for (String path : PAGES) {
            String html = server.get(path).body();

            assertFalse(INLINE.matcher(html).find(), path);
        }
    }

    @Test
    void page_any_namesOnlyExistingImmutableFiles() {
        for (String path : PAGES) {
            List<String> named = OWN_FILE.matcher(server.get(path).body()).results()
                    .map((MatchResult one) -> one.group(1)).toList();

            assertTrue(named.size() > 3, path);
            for (String file : named) {
                Reply reply = server.get(file);
                assertEquals(200, reply.status(), file);
                assertEquals("public, max-age=31536000, immutable", reply.header("Cache-Control"), file);
                assertEquals("nosniff", reply.header("X-Content-Type-Options"), file);
            }
        }
    }

    @Test
    void file_ofAnotherVersionOrNone_isServedButRevalidated() {
        for (String path : List.of("/web/js/match.js", "/web/0123456789abcdef/js/match.js")) {
            Reply reply = server.get(path);

            assertEquals(200, reply.status(), path);
            assertEquals("no-cache", reply.header("Cache-Control"), path);
            assertEquals("text/javascript; charset=utf-8", reply.header("Content-Type"), path);
        }
    }

    @Test
    void file_known_is304WithoutABody() {
        for (String path : List.of("/", "/web/css/base.css")) {
            String tag = server.get(path).header("ETag");

            for (String known : List.of(tag, "\"other\", " + tag, "*")) {
                Reply again = server.send(server.request(path).header("If-None-Match", known));
                assertEquals(304, again.status(), known);
                assertEquals("", again.body());
                assertEquals(tag, again.header("ETag"));
            }
            assertEquals(200,
                    server.send(server.request(path).header("If-None-Match", "W/\"0123456789abcdef\"")).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/web/", "/web/js/", "/web/js/other.js", "/web/index.html",
        "/web/0123456789abcdef/match.html",
        "/web/../openapi.yaml", "/web/js/../../openapi.yaml", "/web/%2e%2e/openapi.yaml", "/web/..%2fopenapi.yaml",
        "/web//etc/passwd",
        "/web/js/%2e%2e/%2e%2e/simplelogger.properties", "/matches", "/matches/a/b"})
    void path_other_isNotFound(String path) throws IOException {
        String answer = server.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertTrue(answer.matches("(?s)HTTP/1\\.1 (404|400) .*"), answer);
        assertFalse(answer.contains("openapi: ") || answer.contains("simpleLogger"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/matches", "/matches/a/b", "/match/1", "/index.html", "/apis", "/healthy"})
    void pathUnknown_inABrowser_isAPageWithStatus404(String path) {
        Reply reply = server.send(server.request(path).header("Accept", BROWSER).header("If-None-Match", "*"));

        assertEquals(404, reply.status());
        assertEquals("text/html;charset=utf-8", reply.header("Content-Type"));
        assertEquals(PageRoutes.POLICY, reply.header("Content-Security-Policy"));
        assertEquals("nosniff", reply.header("X-Content-Type-Options"));
        assertTrue(reply.response().headers().allValues("Vary").contains("Accept"));
        assertFalse(reply.header("X-Request-Id").isEmpty());
        assertTrue(reply.body().contains("<h1 id=\"missing-title\">Page not found</h1>"), reply.body());
        assertTrue(reply.body().contains("<header class=\"bar\">"), "the header of all pages");
        assertFalse(INLINE.matcher(reply.body()).find(), reply.body());
        assertEquals("", server.send(server.request(path).header("Accept", BROWSER).HEAD()).body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/api/nothing|" + BROWSER, "/api|" + BROWSER, "/health/nothing|" + BROWSER,
        "/web/nothing.js|" + BROWSER, "/nothing|*/*", "/nothing|application/json", "/nothing|text/plain",
        "/nothing|application/json, text/html", "/nothing|application/problem+json;q=1, text/html;q=0.5"})
    void pathUnknown_elsewhereOrForAProgram_isAProblem(String path, String accept) {
        Reply reply = server.send(server.request(path).header("Accept", accept));

        assertEquals(404, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals(404, reply.json().get("status").asInt());
    }

    @Test
    void pathUnknown_postedByABrowser_isAProblem() {
        Reply reply = server.send(server.request("/nothing").header("Accept", BROWSER)
                .POST(HttpRequest.BodyPublishers.ofString("x")));

        assertEquals(404, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
    }

    @Test
    void method_other_isRejected() {
        assertEquals(405, server.post("/", "text/plain", "").status());
    }

    @Test
    void request_any_isMeasuredByItsPathTemplate() {
        server.get("/web/js/match.js");
        server.get("/web/no-such-file");

        assertEquals(Set.of("/web/<file>"),
                server.metered().stream().map(TestServer.Metered::endpoint).collect(Collectors.toSet()));
    }

    @Test
    void files_areAllOfTheFolder() throws IOException {
        Path folder = ProjectDir.find().resolve("src/main/resources/web");
        try (Stream<Path> files = Files.walk(folder)) {
            assertEquals(files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new)), new TreeSet<>(new PageFiles().byName().keySet()));
        }
    }

    @Test
    void script_any_importsOnlyRelatively() {
        new PageFiles().byName().forEach((name, file) -> {
            if (name.startsWith("js/")) {
                String text = new String(file.bytes(), UTF_8);
                assertFalse(Pattern.compile(
                        "from '(?!\\./)|import\\('|innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(")
                        .matcher(text).find(), name);
            }
        });
    }

    /// The repository has a copy of the library, so that the build needs no npm. The lock file names its version.
    @Test
    void library_copy_matchesTheLockFile() throws IOException {
        Path package_ = Requirements.npmPackage("uplot");
        for (String name : List.of("dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE")) {
            Path copy = ProjectDir.find().resolve("src/main/resources/web/lib/uplot")
                    .resolve(Path.of(name).getFileName());
            assertEquals(-1, Files.mismatch(package_.resolve(name), copy), name);
        }
    }
}
