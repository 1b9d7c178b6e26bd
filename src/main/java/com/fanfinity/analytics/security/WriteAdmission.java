package com.fanfinity.analytics.security;

import java.util.Optional;

import io.javalin.http.Context;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.SecurityMeters.Refusal;

/// The part of the gate's decision on a write that needs the body: the bytes of a body of unknown length, the number of
/// events in a batch, and the matches of the events.
///
/// The gate stores one in each admitted write. Its methods throw 429 with the headers of {@link RateRefusal}.
public final class WriteAdmission {

    private static final String ATTRIBUTE = WriteAdmission.class.getName();

    /// The problem of an event whose match the key may not write.
    public static final String FORBIDDEN_MATCH = "The key may not write events of this match.";

    /// Charges nothing and allows every match. It is for listeners without a gate.
    public static final WriteAdmission UNLIMITED = new WriteAdmission(Caller.TRUSTED, ClientAddress.UNKNOWN, true,
            Optional.empty(), Optional.empty());

    private final Caller caller;
    private final ClientAddress address;
    private final boolean bytesCharged;
    private final Optional<RateLimits> limits;
    private final Optional<RefusalAudit> audit;

    private WriteAdmission(Caller caller, ClientAddress address, boolean bytesCharged, Optional<RateLimits> limits,
            Optional<RefusalAudit> audit) {
        this.caller = caller;
        this.address = address;
        this.bytesCharged = bytesCharged;
        this.limits = limits;
        this.audit = audit;
    }

    /// @param bytesCharged whether the announced length of the body is charged already
    static void store(Request request, Caller caller, ClientAddress address, boolean bytesCharged, RateLimits limits,
            RefusalAudit audit) {
        request.setAttribute(ATTRIBUTE, new WriteAdmission(caller, address, bytesCharged, Optional.of(limits),
                Optional.of(audit)));
    }

    /// The admission of the request; without a gate, {@link #UNLIMITED}.
    public static WriteAdmission of(Context ctx) {
        return ctx.req().getAttribute(ATTRIBUTE) instanceof WriteAdmission admission
                ? admission
                : UNLIMITED;
    }

    /// The id of the caller's key or token, for the header `producer`; empty without one.
    public String producer() {
        return caller.id();
    }

    /// Charges bytes of the body as they arrive, unless the announced length was charged.
    public void chargeBytes(Context ctx, int bytes) {
        if (!bytesCharged) {
            limits.flatMap(rates -> rates.bytes(caller, address, bytes)).ifPresent(refusal -> reject(ctx, refusal));
        }
    }

    /// Charges the events of a batch.
    public void chargeEvents(Context ctx, int events) {
        limits.flatMap(rates -> rates.events(caller, address, events)).ifPresent(refusal -> reject(ctx, refusal));
    }

    /// Whether the caller may write the match. Counts a refusal if not.
    public boolean mayWrite(String matchId) {
        boolean allowed = caller.mayWrite(matchId);
        if (!allowed) {
            audit.ifPresent(log -> log.refused(address, Refusal.MATCH));
        }
        return allowed;
    }

    /// The answer to a single event of a match that the key may not write.
    public static Problem forbiddenMatch() {
        return Problem.of(403, "forbidden", "Forbidden", FORBIDDEN_MATCH);
    }

    private static void reject(Context ctx, RateRefusal refusal) {
        refusal.headers().forEach(ctx::header);
        throw new ProblemException(refusal.toProblem());
    }
}
