package com.fanfinity.analytics.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.metrics.SecurityMeters;
import com.fanfinity.analytics.security.KeyFile.KeyFileException;

/// Reads the key file again and again, and replaces the keys if its content has changed. It compares contents, because
/// a mounted secret changes by a link, and times can lie.
///
/// While the file cannot be used, the older keys stay valid. The first fault is logged, and each new one.
final class KeyFileWatch {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFileWatch.class);

    private final Path file;
    private final ApiKeys keys;
    private final Rates rates;
    private final SecurityMeters meters;
    private byte[] applied = new byte[0];
    private volatile String fault = "the key file has not been read";

    KeyFileWatch(Path file, ApiKeys keys, Rates rates, SecurityMeters meters) {
        this.file = file;
        this.keys = keys;
        this.rates = rates;
        this.meters = meters;
    }

    /// Why the file cannot be used; empty if it can.
    String fault() {
        return fault;
    }

    /// @return whether the keys changed
    synchronized boolean refresh() {
        try {
            byte[] content = read();
            if (Arrays.equals(content, applied) && fault.isEmpty()) {
                return false;
            }
            keys.replaceBy(KeyFile.parse(content, rates));
            applied = content;
            fault = "";
            LOG.atInfo().addKeyValue("keys", keys.size()).log("API keys read");
            return true;
        } catch (IOException _) {
            failed("the key file cannot be read");
        } catch (KeyFileException e) {
            failed("the key file is not valid: " + e.getMessage());
        }
        return false;
    }

    private byte[] read() throws IOException, KeyFileException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(KeyFile.MAX_BYTES + 1);
            if (content.length > KeyFile.MAX_BYTES) {
                throw new KeyFileException("is larger than " + KeyFile.MAX_BYTES + " bytes");
            }
            return content;
        }
    }

    private void failed(String newest) {
        meters.reloadFailed();
        if (!newest.equals(fault)) {
            LOG.atError().addKeyValue("file", file).addKeyValue("fault", newest)
                    .log("API keys not read; the older ones stay valid");
        }
        fault = newest;
    }
}
