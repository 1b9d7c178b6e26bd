package com.fanfinity.analytics.lab.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/// Splits the bytes of a client's connection into HTTP/1.1 requests, unchanged. It knows both framings of a body:
/// `Content-Length` and chunks. A client that waits for `100 Continue` is not supported.
final class RequestReader {

    private final InputStream in;
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();

    RequestReader(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /// The next request as a whole. If the connection ends within it, the bytes up to there; if it ends before it, no
    /// bytes.
    byte[] next() throws IOException {
        request.reset();
        try {
            readHead();
        } catch (EOFException _) {
            // the client has sent no more
        }
        return request.toByteArray();
    }

    private void readHead() throws IOException {
        boolean chunked = false;
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String field = line.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:")) {
                length = Integer.parseInt(value(field));
            } else if (field.startsWith("transfer-encoding:")) {
                chunked = value(field).endsWith("chunked");
            }
        }
        if (chunked) {
            readChunks();
        } else {
            copy(length);
        }
    }

    private void readChunks() throws IOException {
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            copy(size);
            line();
        }
        while (!line().isEmpty()) {
            // a trailer
        }
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line().split(";", 2)[0].strip(), 16);
    }

    private static String value(String field) {
        return field.substring(field.indexOf(':') + 1).strip();
    }

    /// The next line without its end.
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        do {
            next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            request.write(next);
            line.append((char) next);
        } while (next != '\n');
        return line.toString().strip();
    }

    private void copy(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        request.writeBytes(bytes);
        if (bytes.length < length) {
            throw new EOFException();
        }
    }
}
