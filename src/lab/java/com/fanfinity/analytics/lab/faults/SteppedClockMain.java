package com.fanfinity.analytics.lab.faults;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

import com.fanfinity.analytics.app.App;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;

/// The service as {@link Main} runs it, by a wall clock that a test can set.
final class SteppedClockMain {

    private SteppedClockMain() {}

    static void main() throws InterruptedException, SettingsException {
        App app = new App(SettingsLoader.load(System.getenv()), new SteppedTime.Of(Clock.systemUTC()));
        app.start();
        Runtime.getRuntime().addShutdownHook(new Thread(app::close, "shutdown"));
        new CountDownLatch(1).await();
    }
}
