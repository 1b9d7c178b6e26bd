package com.fanfinity.analytics.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

import io.javalin.http.Context;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a request's body within limits of size and time.
public final class RequestBody {

    private static final Logger LOG = LoggerFactory.getLogger(RequestBody.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// The most bytes of a rejected body that are read and discarded. Closing a connection with unread bytes resets it,
    /// and a client that is still sending would never see the response.
    private static final int MAX_DRAINED_BYTES = 32 << 20;

    private static final int BLOCK = 16 << 10;

    private static final String CHARSET = "charset=";

    /// The registered name, and a frequent misspelling that means nothing else.
    private static final Set<String> UTF_8_NAMES = Set.of("utf-8", "utf8");

    private RequestBody() {}

    /// Returns the media type, in lower case and without parameters.
    ///
    /// @throws ProblemException 415 if the type is not accepted, the charset is not UTF-8, or the body is compressed
    public static String mediaType(Context ctx, Set<String> accepted) {
        String header = ctx.header("Content-Type");
        String[] parts = (header == null ? "" : header).toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        if (!accepted.contains(type)) {
            throw unsupported("Content-Type must be " + String.join(" or ", accepted.stream().sorted().toList()) + ".");
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith(CHARSET)
                    && !UTF_8_NAMES.contains(parameter.substring(CHARSET.length()).replace("\"", ""))) {
                throw unsupported("The charset of the request body must be UTF-8.");
            }
        }
        String encoding = ctx.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("The request body must not be compressed.");
        }
        return type;
    }

    /// The Content-Length of the request, or the limit if it has none.
    ///
    /// @throws ProblemException 413 if the Content-Length exceeds the limit
    private static int announcedLength(Context ctx, int limit) {
        long length = ctx.req().getContentLengthLong();
        if (length > limit) {
            throw tooLarge(ctx, limit);
        }
        return length < 0 ? limit : (int) length;
    }

    /// Reads the whole body.
    ///
    /// @param arrived receives the number of bytes as they arrive; may reject the body by throwing
    /// @throws ProblemException 413 if the body exceeds the limit, 400 if the client ends it prematurely, 408 if it
    ///     takes too long or is too slow ({@link BodyTimer.Pace}), 503 if this instance is stopping or reading fails
    public static byte[] read(Context ctx, int limit, IntConsumer arrived) {
        return read(ctx, limit, BodyTimer.Pace.NORMAL, arrived);
    }

    static byte[] read(Context ctx, int limit, BodyTimer.Pace pace, IntConsumer arrived) {
        BodyBlocks body = new BodyBlocks(announcedLength(ctx, limit));
        try (BodyTimer timer = new BodyTimer(ctx, pace)) {
            InputStream in = ctx.req().getInputStream();
            for (int read = read(timer, in, body); read >= 0; read = read(timer, in, body)) {
                if (body.size() + read > limit) {
                    throw tooLarge(ctx, limit);
                }
                reserve(arrived, read, ctx);
                body.arrived(read);
            }
            return body.toBytes();
        } catch (IOException e) {
            throw incomplete(ctx, e);
        }
    }

    private static int read(BodyTimer timer, InputStream in, BodyBlocks body) throws IOException {
        byte[] block = body.block();
        return timer.read(in, block, body.used());
    }

    /// A client sends a rejected event no second time. So it gets a 4xx only if it ended or delayed the body itself. A
    /// stopping server shortens the idle timeout of all connections, which is no fault of the client.
    private static ProblemException incomplete(Context ctx, IOException failure) {
        endConnection(ctx);
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (isStopping(ctx)) {
            return unavailable("This instance is stopping.");
        }
        if (cause instanceof TimeoutException) {
            return tooSlow(ctx);
        }
        if (cause instanceof EofException || cause instanceof HttpException) {
            return new ProblemException(Problem.badRequest("The request body ended prematurely."));
        }
        LOG.atWarn().addKeyValue("cause", cause).log("cannot read a request body");
        return unavailable("The request body could not be read.");
    }

    private static boolean isStopping(Context ctx) {
        return !ServletContextRequest.getServletContextRequest(ctx.req()).getConnectionMetaData().getConnector()
                .getServer().isRunning();
    }

    private static ProblemException unavailable(String reason) {
        return new ProblemException(
                Problem.unavailable(reason + " Nothing was accepted. Send the request again.", RETRY_AFTER));
    }

    private static void reserve(IntConsumer arrived, int bytes, Context ctx) {
        try {
            arrived.accept(bytes);
        } catch (ProblemException e) {
            discard(ctx);
            throw e;
        }
    }

    /// Reads and discards the body of a rejected request, within bounds, so that the client can read the response.
    public static void discard(Context ctx) {
        if (ctx.header("Expect") == null) { // with Expect, the client has not sent the body yet
            drain(ctx);
        }
    }

    private static ProblemException tooLarge(Context ctx, int limit) {
        discard(ctx);
        return new ProblemException(Problem.tooLarge("The request body must not exceed " + limit + " bytes."));
    }

    private static ProblemException tooSlow(Context ctx) {
        endConnection(ctx);
        return new ProblemException(Problem.of(408, "too-slow", "Request timeout",
                "The request body did not arrive in time. Nothing was accepted."));
    }

    private static void drain(Context ctx) {
        try (BodyTimer timer = new BodyTimer(ctx, BodyTimer.Pace.NORMAL)) {
            InputStream in = ctx.req().getInputStream();
            byte[] discarded = new byte[BLOCK];
            int read = timer.read(in, discarded);
            for (long left = MAX_DRAINED_BYTES; read >= 0 && left > 0; left -= read) {
                read = timer.read(in, discarded);
            }
            if (read >= 0) {
                endConnection(ctx);
            }
        } catch (IOException _) {
            // the client has disconnected or is too slow, and nothing was accepted
            endConnection(ctx);
        }
    }

    /// The server closes a connection with an unread body anyway. Without this header the client would send its next
    /// request into it.
    private static void endConnection(Context ctx) {
        ctx.header("Connection", "close");
    }

    private static ProblemException unsupported(String detail) {
        return new ProblemException(Problem.of(415, "unsupported-media-type", "Unsupported media type", detail));
    }

    /// The bytes of a body while it arrives, in blocks. It holds hardly more memory than has arrived. An array that
    /// grows by doubling would hold up to twice as much, and three times as much while it grows.
    static final class BodyBlocks {

        private final int announced;
        private final List<byte[]> full = new ArrayList<>(1);
        private byte[] block;
        private int used;
        private int size;

        /// @param announced the length of the body, or the most that it can be
        BodyBlocks(int announced) {
            this.announced = announced;
            block = newBlock();
        }

        /// As the body usually ends where it was announced to end, the block for the rest can be very short.
        private byte[] newBlock() {
            return new byte[Math.clamp(announced - size, 1, BLOCK)];
        }

        /// The block to read into, from {@link #used} on. It is not full.
        byte[] block() {
            if (used == block.length) {
                full.add(block);
                block = newBlock();
                used = 0;
            }
            return block;
        }

        /// The bytes of the current block that are in use.
        int used() {
            return used;
        }

        void arrived(int bytes) {
            used += bytes;
            size += bytes;
        }

        int size() {
            return size;
        }

        /// The whole body. Call once; a body of several blocks takes twice its memory during the call.
        byte[] toBytes() {
            if (full.size() == 1 && used == 0) {
                return full.getFirst();
            }
            byte[] whole = new byte[size];
            int at = 0;
            for (byte[] each : full) {
                System.arraycopy(each, 0, whole, at, each.length);
                at += each.length;
            }
            System.arraycopy(block, 0, whole, at, used);
            return whole;
        }
    }
}
