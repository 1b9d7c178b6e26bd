package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fanfinity.analytics.stack.bridge.ClickHouseBridge;
import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.PathLookup;

/// The program that serves as ClickHouse on this machine.
sealed interface EngineProgram {
    /// Starts the program.
    ///
    /// @param token the bridge returns it in a header, as proof of its identity; a server has the UUID in its directory
    ChildProcess launch(Path dir, int port, Path log, String token) throws IOException;

    /// A `clickhouse` binary on the PATH, or else the library.
    static EngineProgram choose() throws InterruptedException {
        Optional<Path> binary = PathLookup.find("clickhouse");
        return binary.isPresent() ? new Binary(binary.get()) : new Library(EngineLibrary.find());
    }

    /// The disk for backups, as in `ops/clickhouse/config.d/backups.xml`.
    private static String backups(Path dir) {
        return """
                <storage_configuration><disks><backups><type>local</type><path>%s/</path></backups></disks></storage_configuration>
                <backups><allowed_disk>backups</allowed_disk></backups>"""
                .formatted(dir.resolve("backups"));
    }

    /// A ClickHouse server.
    record Binary(Path clickhouse) implements EngineProgram {
        @Override
        public ChildProcess launch(Path dir, int port, Path log, String token) throws IOException {
            Path config = dir.resolve("config.xml");
            Files.writeString(config, """
                    <clickhouse>
                      <logger><level>warning</level><console>true</console></logger>
                      <path>%s/</path>
                      %s
                      <listen_host>127.0.0.1</listen_host>
                      <http_port>%d</http_port>
                      <timezone>UTC</timezone>
                      <profiles><default/></profiles>
                      <quotas><default/></quotas>
                      <users><default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile>
                        <quota>default</quota><access_management>1</access_management></default></users>
                    </clickhouse>
                    """.formatted(dir.resolve("data"), backups(dir), port));
            return ChildProcess.start("clickhouse", log, Map.of("CLICKHOUSE_WATCHDOG_ENABLE", "0", "TZ", "UTC"),
                    ChildProcess.ENDING_WITH_PARENT,
                    List.of(clickhouse.toString(), "server", "--config-file=" + config));
        }
    }

    /// The engine as a library behind [ClickHouseBridge].
    record Library(Path libchdb) implements EngineProgram {
        @Override
        public ChildProcess launch(Path dir, int port, Path log, String token) throws IOException {
            Files.createDirectories(dir.resolve("backups"));
            Path config = Files.writeString(dir.resolve("config.xml"),
                    "<clickhouse>%s</clickhouse>%n".formatted(backups(dir)));
            return ChildProcess.java("clickhouse", log,
                    List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
                    Map.of("TZ", "UTC"), ClickHouseBridge.class.getName(),
                    List.of(Integer.toString(port), dir.resolve("data").toString(), libchdb.toString(), token,
                            config.toString()));
        }
    }
}
