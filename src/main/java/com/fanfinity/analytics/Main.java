package com.fanfinity.analytics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.app.App;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.kafka.KafkaRefusal;
import com.fanfinity.analytics.logging.DuplicateLogFilter;
import com.fanfinity.analytics.logging.SingleLineLogStream;

/// The process: reads the configuration from the environment and runs the service until SIGTERM, then ends with exit
/// code 0.
public final class Main {

    /// The service could not start, or did not close in time.
    private static final int EXIT_FAILURE = 1;

    /// The configuration is invalid.
    private static final int EXIT_CONFIGURATION = 2;

    /// The wall clock was set back. A restart is all that is needed.
    private static final int EXIT_CLOCK_SET_BACK = 3;

    private static final String LOGGERS = "org.slf4j.simpleLogger.log.";

    private Main() {}

    public static void main() throws InterruptedException {
        run(Clock.systemUTC());
    }

    /// As {@link #main}, with another wall clock.
    public static void run(Clock clock) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        Settings settings;
        try {
            settings = SettingsLoader.load(environment);
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIGURATION);
            return;
        }
        log(environment.getOrDefault("LOG_LEVEL", ""));
        serve(settings, clock);
    }

    /// Must run before the first logger is created.
    private static void log(String level) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level.isBlank() ? "info" : level.strip());
        if (level.strip().equals("error") || level.strip().equals("off")) {
            // Otherwise the wider levels that the file sets for libraries still apply.
            loggersWithALevel().forEach(name -> System.setProperty(name, level.strip()));
        }
        System.setErr(new SingleLineLogStream(System.err, new DuplicateLogFilter(System::nanoTime)));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> LoggerFactory.getLogger(Main.class).atError().setCause(failure)
                        .addKeyValue("endedThread", thread.getName()).log("uncaught exception"));
    }

    private static List<String> loggersWithALevel() {
        Properties properties = new Properties();
        try (InputStream file = Main.class.getResourceAsStream("/simplelogger.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.stringPropertyNames().stream().filter(name -> name.startsWith(LOGGERS)).toList();
    }

    private static void serve(Settings settings, Clock clock) throws InterruptedException {
        CountDownLatch clockSetBack = new CountDownLatch(1);
        App app;
        try {
            app = new App(settings, clock, clockSetBack::countDown);
            app.start();
        } catch (RuntimeException e) {
            System.err.println("The service cannot start: " + KafkaRefusal.messages(e));
            System.exit(EXIT_FAILURE);
            return;
        }
        // The JVM's own exit code after SIGTERM is 143. An orderly end must have 0, so the hook halts with a code of
        // its own.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            boolean inTime = close(app, settings.shutdownTimeout());
            Runtime.getRuntime().halt(exitCode(clockSetBack.getCount() == 0, inTime));
        }, "shutdown"));
        clockSetBack.await();
        System.exit(EXIT_CLOCK_SET_BACK);
    }

    private static int exitCode(boolean clockSetBack, boolean closedInTime) {
        if (clockSetBack) {
            return EXIT_CLOCK_SET_BACK;
        }
        return closedInTime ? 0 : EXIT_FAILURE;
    }

    /// @return false if the service did not close within the limit
    private static boolean close(App app, Duration limit) {
        CountDownLatch closed = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("close").start(() -> {
            try {
                app.close();
            } finally {
                closed.countDown();
            }
        });
        try {
            return closed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
