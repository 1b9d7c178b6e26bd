package com.fanfinity.analytics.peers;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.InstanceMeters;
import com.fanfinity.analytics.peers.PeerAuthenticator.FromPeer;
import com.fanfinity.analytics.peers.PeerAuthenticator.NotFromPeer;

/// Admits only peers to the routes of the internal port, and signs the answers.
public final class PeerGate implements Routes {

    private static final Logger LOG = LoggerFactory.getLogger(PeerGate.class);
    private static final String PEER = PeerGate.class.getName();

    private final PeerAuthenticator authenticator;
    private final InstanceMeters meters;

    public PeerGate(PeerAuthenticator authenticator, InstanceMeters meters) {
        this.authenticator = authenticator;
        this.meters = meters;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.before(this::admit);
        routes.after(PeerGate::sign);
    }

    private void admit(Context ctx) {
        String query = ctx.req().getQueryString();
        String target = ctx.req().getRequestURI() + (query == null ? "" : '?' + query);
        switch (authenticator.accept(ctx.req().getMethod(), target, ctx.header(PeerClient.REPLICA_HEADER),
                ctx.header(PeerSignature.HEADER))) {
            case FromPeer peer -> ctx.attribute(PEER, peer);
            case NotFromPeer(String reason) -> {
                meters.notFromPeer(reason);
                // Any program that reaches the port can cause it. The metric has an alert.
                LOG.atDebug().addKeyValue("reason", reason).log("refused a request to the internal port");
                throw new ProblemException(
                        Problem.of(401, "unauthorized", "Signature required",
                                "This port is only for instances of the service."));
            }
        }
    }

    /// Runs after the handler of exceptions, so it also signs problems.
    private static void sign(Context ctx) throws IOException {
        FromPeer peer = ctx.attribute(PEER);
        if (peer == null) {
            return;
        }
        InputStream result = ctx.resultInputStream();
        byte[] body = result == null ? new byte[0] : result.readAllBytes();
        ctx.result(body);
        ctx.header(PeerSignature.HEADER, peer.sign(ctx.statusCode(),
                PeerClient.FINAL_ANSWER.equals(ctx.res().getHeader(PeerClient.REPLICA_HEADER)),
                Objects.requireNonNullElse(ctx.res().getContentType(), ""),
                Objects.requireNonNullElse(ctx.res().getHeader("Retry-After"), ""), body));
    }
}
