package com.fanfinity.analytics.lab.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import org.junit.jupiter.api.Test;

class RequestReaderTest {

    private static final String WITH_LENGTH = """
            POST /?a=b HTTP/1.1
            Host: x
            Content-Length: 6

            a

            b""".replace("\n", "\r\n");
    private static final String CHUNKED = """
            POST / HTTP/1.1
            transfer-encoding: chunked

            3
            abc
            A;name=1
            0123

            89
            0
            Trailer: x

            """.replace("\n", "\r\n");
    private static final String WITHOUT_BODY = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";

    @Test
    void next_requestsOfEachFraming_areUnchanged() throws IOException {
        RequestReader reader = reader(WITH_LENGTH + CHUNKED + WITHOUT_BODY + CHUNKED);

        assertEquals(WITH_LENGTH, next(reader));
        assertEquals(CHUNKED, next(reader));
        assertEquals(WITHOUT_BODY, next(reader));
        assertEquals(CHUNKED, next(reader));
        assertEquals("", next(reader));
    }

    @Test
    void next_endsWithinARequest_returnsTheBytesBeforeTheEnd() throws IOException {
        for (String request : new String[]{WITH_LENGTH, CHUNKED, WITHOUT_BODY}) {
            for (int length = 0; length < request.length(); length++) {
                RequestReader reader = reader(request.substring(0, length));

                assertEquals(request.substring(0, length), next(reader));
                assertEquals("", next(reader));
            }
        }
    }

    private static RequestReader reader(String bytes) {
        return new RequestReader(new ByteArrayInputStream(bytes.getBytes(ISO_8859_1)));
    }

    private static String next(RequestReader reader) throws IOException {
        return new String(reader.next(), ISO_8859_1);
    }
}
