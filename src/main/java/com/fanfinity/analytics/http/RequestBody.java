package com.fanfinity.analytics.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;

import io.javalin.http.Context;

/// Reading a request's body within limits.
public final class RequestBody {

    /// How much of a refused body is read and thrown away: a connection that is closed on unread bytes is reset, and a client that
    /// is still sending would never see why.
    private static final int MOST_DRAINED = 32 << 20;

    private static final int BLOCK = 16 << 10;

    /// For a whole body, looked at as bytes come; with the server's limit on silence, a body that trickles is over within both together.
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private RequestBody() {}

    /// The media type, in lower case and without parameters.
    ///
    /// @throws ProblemException 415 if it is none of those, is not in UTF-8, or is encoded
    public static String mediaType(Context ctx, Set<String> accepted) {
        String header = ctx.header("Content-Type");
        String[] parts = (header == null ? "" : header).toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        if (!accepted.contains(type)) {
            throw unsupported("Content-Type must be " + String.join(" or ", accepted.stream().sorted().toList()) + ".");
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=") && !parameter.substring(8).replace("\"", "").equals("utf-8")) {
                throw unsupported("The charset of the request body must be UTF-8.");
            }
        }
        String encoding = ctx.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("The request body must not be compressed.");
        }
        return type;
    }

    /// The length that the request announces, or the limit if it announces none.
    ///
    /// @throws ProblemException 413 if it announces more than the limit
    private static int announcedLength(Context ctx, int limit) {
        long length = ctx.req().getContentLengthLong();
        if (length > limit) {
            throw tooLarge(ctx, limit);
        }
        return length < 0 ? limit : (int) length;
    }

    /// The whole body.
    ///
    /// @param arrived told of bytes as they come, not as they are announced; may refuse them by throwing
    /// @throws ProblemException 413 if it is longer than the limit, 400 if it breaks off, 408 if it trickles
    public static byte[] read(Context ctx, int limit, IntConsumer arrived) {
        return read(ctx, limit, LONGEST, arrived);
    }

    static byte[] read(Context ctx, int limit, Duration longest, IntConsumer arrived) {
        int announced = announcedLength(ctx, limit);
        byte[] block = new byte[Math.clamp(announced, 1, BLOCK)];
        ByteArrayOutputStream body = new ByteArrayOutputStream(block.length);
        long started = System.nanoTime();
        try {
            InputStream in = ctx.req().getInputStream();
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                if (body.size() + read > limit) {
                    throw tooLarge(ctx, limit);
                }
                if (System.nanoTime() - started > longest.toNanos()) {
                    endConnection(ctx);
                    throw new ProblemException(Problem.of(408, "too-slow", "Request timeout",
                            "The request body did not arrive within " + longest.toMillis() + " ms. Nothing was accepted."));
                }
                tell(arrived, read, ctx);
                body.write(block, 0, read);
            }
            return body.toByteArray();
        } catch (IOException e) {
            throw new ProblemException(Problem.badRequest("The request body ended prematurely."));
        }
    }

    private static void tell(IntConsumer arrived, int bytes, Context ctx) {
        try {
            arrived.accept(bytes);
        } catch (ProblemException e) {
            discard(ctx);
            throw e;
        }
    }

    /// Reads the body of a request that is refused, within bounds, and throws it away, so that its sender gets to see the answer.
    public static void discard(Context ctx) {
        if (ctx.header("Expect") == null) { // else the client waits to be told before it sends
            drain(ctx);
        }
    }

    private static ProblemException tooLarge(Context ctx, int limit) {
        discard(ctx);
        return new ProblemException(Problem.tooLarge("The request body must not exceed " + limit + " bytes."));
    }

    private static void drain(Context ctx) {
        try {
            InputStream in = ctx.req().getInputStream();
            byte[] discarded = new byte[BLOCK];
            long started = System.nanoTime();
            int read = in.read(discarded);
            for (long left = MOST_DRAINED; read >= 0 && left > 0 && System.nanoTime() - started < LONGEST.toNanos(); left -= read) {
                read = in.read(discarded);
            }
            if (read >= 0) {
                endConnection(ctx);
            }
        } catch (IOException _) {
            // the client has gone: it won't see the answer, and nothing was accepted
        }
    }

    /// The server ends it anyway when a body was not read, and a client that isn't told sends its next request into it.
    private static void endConnection(Context ctx) {
        ctx.header("Connection", "close");
    }

    private static ProblemException unsupported(String detail) {
        return new ProblemException(Problem.of(415, "unsupported-media-type", "Unsupported media type", detail));
    }
}
