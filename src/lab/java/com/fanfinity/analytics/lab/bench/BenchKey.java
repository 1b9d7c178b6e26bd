package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32;

import com.fanfinity.analytics.event.Sha256;

/// A new API key for ingest and reads, as `bin/key` makes them.
record BenchKey(String text) {

    static BenchKey create() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String text = "ff1_bench_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(US_ASCII));
        return new BenchKey(text + "_" + HexFormat.of().toHexDigits((int) crc.getValue()));
    }

    /// A key file with this key and as many others as an installation with many senders has.
    Path file() throws IOException {
        StringBuilder keys = new StringBuilder("{\"keys\":[{\"id\":\"bench\",\"scopes\":[\"ingest\",\"read\"],"
                + "\"secrets\":[{\"sha256\":\"" + Sha256.hex(text) + "\"}]}");
        for (int other = 0; other < 1_000; other++) {
            keys.append(",{\"id\":\"other-").append(other).append("\",\"scopes\":[\"ingest\"],\"secrets\":"
                    + "[{\"sha256\":\"").append(Sha256.hex("other-" + other)).append("\"}]}");
        }
        Path file = Files.createTempFile("keys", ".json");
        file.toFile().deleteOnExit();
        return Files.write(file, keys.append("]}").toString().getBytes(UTF_8));
    }
}
