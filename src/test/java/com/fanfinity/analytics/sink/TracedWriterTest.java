package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/// What it does with an agent is in `TracingIT`.
class TracedWriterTest {

    @Test
    void around_withoutAnAgent_isTheWriterItself() {
        BatchWriter writer = (_, _) -> new WriteOutcome.Acknowledged();

        assertSame(writer, TracedWriter.around(writer));
    }
}
