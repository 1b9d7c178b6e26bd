package com.fanfinity.analytics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import com.fanfinity.analytics.logging.DuplicateLogFilter;
import com.fanfinity.analytics.logging.SingleLineLogStream;

/// The process: configuration from the environment, the service until SIGTERM, then a clean end with exit code 0.
public final class Main {

    /// The configuration cannot be used.
    private static final int EXIT_CONFIGURATION = 2;

    /// The service could not be started, or not be ended in time.
    private static final int EXIT_FAILURE = 1;

    private static final String LOGGERS = "org.slf4j.simpleLogger.log.";

    private Main() {}

    public static void main() throws InterruptedException {
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
        serve(settings);
    }

    /// To be called before the first logger is made.
    private static void log(String level) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level.isBlank() ? "info" : level.strip());
        if (level.strip().equals("error") || level.strip().equals("off")) {
            // Libraries have levels of their own, which are wider.
            loggersWithALevel().forEach(name -> System.setProperty(name, level.strip()));
        }
        System.setErr(new SingleLineLogStream(System.err, new DuplicateLogFilter(System::nanoTime)));
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> LoggerFactory.getLogger(Main.class).atError().setCause(failure)
                .addKeyValue("endedThread", thread.getName()).log("a thread ended by what it did not expect"));
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

    private static void serve(Settings settings) throws InterruptedException {
        App app;
        try {
            app = new App(settings);
            app.start();
        } catch (RuntimeException e) {
            System.err.println("The service cannot start: " + e.getMessage());
            System.exit(EXIT_FAILURE);
            return;
        }
        // A JVM that SIGTERM ends has exit code 143; an orderly end is told by 0, so the hook ends the process itself.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(end(app, settings)), "shutdown"));
        new CountDownLatch(1).await();
    }

    private static int end(App app, Settings settings) {
        CountDownLatch closed = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("close").start(() -> {
            try {
                app.close();
            } finally {
                closed.countDown();
            }
        });
        try {
            return closed.await(settings.shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS) ? 0 : EXIT_FAILURE;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return EXIT_FAILURE;
        }
    }
}
