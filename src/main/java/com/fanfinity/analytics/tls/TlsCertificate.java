package com.fanfinity.analytics.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;

/// The certificate of the listener for clients. It reads the files again every few seconds and uses new content for new
/// connections; open connections continue. While the files are broken, the last good certificate stays in use.
public final class TlsCertificate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TlsCertificate.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Path certificateFile;
    private final Path keyFile;
    private final Meter meter;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("tls-certificate").factory());
    private Content content;

    /// Records the state of the certificate.
    public interface Meter {

        /// A certificate is in use.
        void expires(Instant expires);

        /// The files could not be used; the last certificate remains.
        void notReloaded();
    }

    private record Content(byte[] certificates, byte[] key) {
        boolean isSame(Content other) {
            return Arrays.equals(certificates, other.certificates) && Arrays.equals(key, other.key);
        }
    }

    /// @throws IllegalStateException if the files cannot be used
    public TlsCertificate(Settings.Tls settings, Meter meter) {
        certificateFile = settings.certificateFile();
        keyFile = settings.keyFile();
        this.meter = meter;
        try {
            content = read();
            PemFiles.Loaded loaded = PemFiles.load(content.certificates(), content.key());
            configure(factory, loaded);
            meter.expires(loaded.expires());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("TLS_CERT_FILE or TLS_KEY_FILE cannot be used: " + e.getMessage(), e);
        }
    }

    private static void configure(SslContextFactory factory, PemFiles.Loaded loaded) {
        factory.setKeyStore(loaded.keyStore());
        factory.setKeyStorePassword("");
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    }

    /// For the connector.
    public SslContextFactory.Server factory() {
        return factory;
    }

    /// Starts to watch the files.
    public void start() {
        var _ = scheduler.scheduleWithFixedDelay(this::check, INTERVAL.toMillis(), INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// Uses the files if they have changed. Only one thread may call it.
    void check() {
        try {
            Content found = read();
            if (found.isSame(content)) {
                return;
            }
            PemFiles.Loaded loaded = PemFiles.load(found.certificates(), found.key());
            factory.reload(reloaded -> configure(reloaded, loaded));
            content = found;
            meter.expires(loaded.expires());
            LOG.atInfo().addKeyValue("expires", loaded.expires()).log("using a new TLS certificate");
        } catch (Exception e) { // of the JDK's and Jetty's parsers
            meter.notReloaded();
            LOG.atWarn().addKeyValue("cause", e.toString())
                    .log("the TLS certificate or its key cannot be used; the last one remains in use");
        }
    }

    private Content read() throws IOException {
        return new Content(Files.readAllBytes(certificateFile), Files.readAllBytes(keyFile));
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
