package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import com.fanfinity.analytics.stack.Stack;

/// `make bench`: [IngestBench] on a separate, empty stack.
final class StackBench {

    private StackBench() {}

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int exit;
        try (Stack stack = Stack.start("bench")) {
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.put("TARGET_URL", stack.service().url());
            environment.put("CLICKHOUSE_URL", stack.clickHouse().url());
            exit = new IngestBench(IngestBench.Settings.from(environment), System.out)
                    .run(Long.toString(System.currentTimeMillis(), 36));
        }
        System.exit(exit);
    }
}
