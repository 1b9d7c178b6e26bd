package com.fanfinity.analytics.local;

import java.nio.file.Files;
import java.nio.file.Path;

import kafka.Kafka;
import kafka.tools.StorageTool;

/// Main of the broker's JVM: formats the storage the first time, then runs Kafka. One JVM start instead of two.
final class BrokerMain {
    private BrokerMain() {}

    /// @param args the properties file, the data directory, the cluster id for a directory that has none
    static void main(String[] args) {
        if (!Files.exists(Path.of(args[1], KafkaBroker.META_PROPERTIES))) {
            int exit = StorageTool.execute(new String[]{"format", "--standalone", "--cluster-id", args[2], "--config", args[0]},
                    System.out);
            if (exit != 0) {
                System.exit(exit);
            }
        }
        Kafka.main(new String[]{args[0]});
    }
}
