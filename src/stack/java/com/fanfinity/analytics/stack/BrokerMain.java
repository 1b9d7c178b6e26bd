package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The main class of the broker's JVM: formats the storage on the first start, then runs Kafka. This saves a JVM start.
///
/// It calls Kafka by reflection, because only the class path of the broker's JVM contains the broker's version.
final class BrokerMain {
    private BrokerMain() {}

    /// @param args the properties file, the data directory, the cluster id for a directory that has none
    static void main(String[] args) throws ReflectiveOperationException, IOException {
        if (!Files.exists(Path.of(args[1], KafkaBroker.META_PROPERTIES))) {
            List<String> format = new ArrayList<>(List.of("format", "--cluster-id", args[2], "--config", args[0]));
            if (isController(Path.of(args[0]))) {
                format.add("--standalone");
            }
            int exit = (int) Class.forName("kafka.tools.StorageTool")
                    .getMethod("execute", String[].class, PrintStream.class)
                    .invoke(null, format.toArray(String[]::new), System.out);
            if (exit != 0) {
                System.exit(exit);
            }
        }
        Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, (Object) new String[]{args[0]});
    }

    private static boolean isController(Path config) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(config)) {
            properties.load(in);
        }
        return properties.getProperty("process.roles", "").contains("controller");
    }
}
