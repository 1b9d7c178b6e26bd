package com.fanfinity.analytics.query;

import java.util.Optional;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.streams.Replica;

/// Answers other instances, from the state that is here and at once: they know what to do if it is not.
public final class LocalReadRouter implements ReadRouter {

    @Override
    public void answer(Context ctx, String matchId, LocalReader local) {
        switch (read(ctx, local)) {
            case ReadValue<byte[]>(byte[] body) -> ReadRouter.write(ctx, body);
            case UnknownMatch<byte[]>() -> throw ReadRouter.unknown(matchId);
            case ArchivedMatch<byte[]>(_, _),StateUnavailable<byte[]>() -> throw ReadRouter.unavailable();
        }
    }

    /// A 503 that has another reason than the state's not being here is the answer, whoever is asked.
    private static ReadResult<byte[]> read(Context ctx, LocalReader local) {
        Replica copy = copy(ctx.header(PeerClient.REPLICA_HEADER));
        try {
            return local.from(copy);
        } catch (ProblemException e) {
            ctx.header(PeerClient.REPLICA_HEADER, PeerClient.FINAL_ANSWER);
            throw e;
        }
    }

    static Replica copy(@Nullable String header) {
        return Optional.ofNullable(header).flatMap(name -> WireName.parse(Replica.values(), name)).orElseThrow(
                () -> new ProblemException(Problem.badRequest("The header " + PeerClient.REPLICA_HEADER + " must say active or standby.")));
    }
}
