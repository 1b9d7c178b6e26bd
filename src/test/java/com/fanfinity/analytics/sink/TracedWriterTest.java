package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/// `TracingIT` covers it with an agent.
class TracedWriterTest {

    @Test
    void wrap_withoutAgent_returnsTheWriter() {
        BatchWriter writer = (_, _, _) -> new WriteOutcome.Acknowledged();

        assertSame(writer, TracedWriter.wrap(writer));
    }
}
