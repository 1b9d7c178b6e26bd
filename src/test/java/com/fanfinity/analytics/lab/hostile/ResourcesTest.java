package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.testing.TestServer;

/// The resources of a JVM of the JDK's file server, with a page of metrics beside it. A library of another test may
/// take the signal by which jcmd reaches this JVM.
class ResourcesTest {

    @TempDir
    private Path directory = Path.of("");

    private Resources with(String metrics) throws Exception {
        Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(),
                "-J-XX:+UseSerialGC", "-b", "127.0.0.1", "-p", "0", "-d", directory.toString())
                .redirectErrorStream(true).start();
        try (BufferedReader output = jvm.inputReader(UTF_8);
                TestServer server = new TestServer(
                        routes -> routes.get("/metrics", ctx -> ctx.result(metrics.getBytes(UTF_8))))) {
            assertNotNull(output.readLine(), "the server started");
            return Resources.of(jvm.pid(), new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void resources_ofAProcess_areRead() throws Exception {
        Resources read = with("""
                jvm_buffer_memory_used_bytes{id="direct"} 1024.0
                jvm_buffer_memory_used_bytes{id="mapped"} 5.0
                """);

        assertEquals(1_024, read.directBytes());
        assertTrue(read.heapBytes() > 100_000 && read.threads() > 1 && read.files() > 1, read::toString);
    }

    /// As zero it would hide every growth.
    @Test
    void metric_missing_isAFailure() {
        assertThrows(IOException.class, () -> with("jvm_buffer_memory_used_bytes{id=\"mapped\"} 5.0\n"));
        assertThrows(IOException.class, () -> with("{}"));
    }
}
