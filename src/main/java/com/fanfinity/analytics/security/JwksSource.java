package com.fanfinity.analytics.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.fanfinity.analytics.config.Jwt.KeyLocation;
import com.fanfinity.analytics.config.Jwt.KeySetFile;
import com.fanfinity.analytics.config.Jwt.KeySetUrl;
import com.fanfinity.analytics.security.Jwks.JwksException;

/// Reads a key set from its place.
interface JwksSource extends AutoCloseable {

    /// @throws JwksException if the place answered with something that is no key set
    byte[] read() throws IOException, JwksException;

    /// The time between two reads.
    Duration interval();

    /// Whether a read takes so long that it needs a thread of its own.
    boolean isSlow();

    @Override
    default void close() {}

    static JwksSource of(KeyLocation location) {
        return switch (location) {
            case KeySetFile(Path path) -> new JwksFile(path);
            case KeySetUrl url -> new JwksDownload(url);
        };
    }

    /// A file, which is read at each turn of the schedule, as the file of API keys is.
    record JwksFile(Path path) implements JwksSource {

        @Override
        public byte[] read() throws IOException, JwksException {
            try (InputStream in = Files.newInputStream(path)) {
                byte[] content = in.readNBytes(Jwks.MAX_BYTES + 1);
                if (content.length > Jwks.MAX_BYTES) {
                    throw new JwksException("is larger than " + Jwks.MAX_BYTES + " bytes");
                }
                return content;
            }
        }

        @Override
        public Duration interval() {
            return Duration.ZERO;
        }

        @Override
        public boolean isSlow() {
            return false;
        }
    }
}
