package com.fanfinity.analytics.query;

import java.util.Locale;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.pipeline.Copy;
import com.fanfinity.analytics.query.Answer.Historic;
import com.fanfinity.analytics.query.Answer.Known;
import com.fanfinity.analytics.query.Answer.Unavailable;
import com.fanfinity.analytics.query.Answer.UnknownMatch;

/// Answers other instances, from the state that is here and at once: they know what to do if it is not.
public final class LocalReads implements Reads {

    @Override
    public void answer(Context ctx, String matchId, LocalRead local) {
        switch (read(ctx, local)) {
            case Known<byte[]>(byte[] body) -> Reads.write(ctx, body);
            case UnknownMatch<byte[]>() -> throw Reads.unknown(matchId);
            case Historic<byte[]>(_, _),Unavailable<byte[]>() -> throw Reads.unavailable();
        }
    }

    /// A 503 that has another reason than the state's not being here is the answer, whoever is asked.
    private static Answer<byte[]> read(Context ctx, LocalRead local) {
        Copy copy = copy(ctx.header(PeerClient.COPY));
        try {
            return local.from(copy);
        } catch (ProblemException e) {
            ctx.header(PeerClient.COPY, PeerClient.FINAL);
            throw e;
        }
    }

    static Copy copy(@Nullable String header) {
        for (Copy copy : Copy.values()) {
            if (wireName(copy).equals(header)) {
                return copy;
            }
        }
        throw new ProblemException(Problem.badRequest("The header " + PeerClient.COPY + " must say active or standby."));
    }

    static String wireName(Copy copy) {
        return copy.name().toLowerCase(Locale.ROOT);
    }
}
