package com.fanfinity.analytics;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;

/// The process: configuration from the environment, the service until SIGTERM, then a clean end with exit code 0.
final class Main {

    /// The configuration cannot be used.
    private static final int EXIT_CONFIGURATION = 2;

    /// The service could not be started, or not be ended in time.
    private static final int EXIT_FAILURE = 1;

    private Main() {}

    static void main() throws InterruptedException {
        Map<String, String> environment = System.getenv();
        Settings settings;
        try {
            settings = SettingsLoader.load(environment);
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIGURATION);
            return;
        }
        // Before the first logger is made.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", environment.getOrDefault("LOG_LEVEL", "info"));
        serve(settings);
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
