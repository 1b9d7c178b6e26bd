package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.TestServer;

/// The resources of this process, with a page of metrics beside it.
class ResourcesTest {

    private static Resources with(String metrics) throws Exception {
        try (TestServer server = new TestServer(
                routes -> routes.get("/metrics", ctx -> ctx.result(metrics.getBytes(UTF_8))))) {
            return Resources.of(ProcessHandle.current().pid(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        }
    }

    @Test
    void resources_ofAProcess_areRead() throws Exception {
        Resources read = with("""
                jvm_buffer_memory_used_bytes{id="direct"} 1024.0
                jvm_buffer_memory_used_bytes{id="mapped"} 5.0
                """);

        assertEquals(1_024, read.directBytes());
        assertTrue(read.heapBytes() > 1 << 20 && read.threads() > 1 && read.files() > 1, read::toString);
    }

    /// As zero it would hide every growth.
    @Test
    void metric_missing_isAFailure() {
        assertThrows(IOException.class, () -> with("jvm_buffer_memory_used_bytes{id=\"mapped\"} 5.0\n"));
        assertThrows(IOException.class, () -> with("{}"));
    }
}
