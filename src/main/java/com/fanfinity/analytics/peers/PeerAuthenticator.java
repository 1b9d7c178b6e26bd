package com.fanfinity.analytics.peers;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.peers.PeerSignature.RequestHeader;
import com.fanfinity.analytics.peers.PeerSignature.SignedAnswer;
import com.fanfinity.analytics.peers.PeerSignature.SignedRequest;

/// Checks the signatures of requests from peers, and signs the answers.
///
/// A request is accepted once, and only within {@link #MAX_AGE} of its time. The clocks of all instances must agree
/// within that time.
public final class PeerAuthenticator {

    /// A request may be older or newer than this instance's clock by this time.
    static final Duration MAX_AGE = Duration.ofSeconds(30);

    /// 1,000 requests a second within the lifetime of a nonce. If there are more, the oldest nonces are forgotten.
    private static final int MAX_NONCES = 60_000;

    private final List<Settings.Secret> secrets;
    private final String address;
    private final Clock clock;
    private final RequestNonces nonces = new RequestNonces(MAX_AGE.multipliedBy(2).toMillis(), MAX_NONCES);

    /// The result of a check.
    public sealed interface Verdict {}

    /// The request is from a peer.
    ///
    /// @param secret with which the peer signed; it can check an answer signed with the same
    public record FromPeer(Settings.Secret secret, String nonce) implements Verdict {

        /// The value of {@link PeerSignature#HEADER} for the answer.
        public String sign(int status, boolean isFinal, String contentType, String retryAfter, byte[] body) {
            return new SignedAnswer(nonce, status, isFinal, contentType, retryAfter, body).header(secret);
        }
    }

    /// The request is refused.
    ///
    /// @param reason `unsigned`, `signature`, `time` or `replay`
    public record NotFromPeer(String reason) implements Verdict {}

    /// @param secrets the accepted ones
    /// @param address of this instance, as its peers ask it
    public PeerAuthenticator(List<Settings.Secret> secrets, Peer address, Clock clock) {
        this.secrets = List.copyOf(secrets);
        this.address = address.toString();
        this.clock = clock;
    }

    /// Checks a request, and uses up its nonce.
    ///
    /// @param target the raw path with the query
    /// @param header of the signature, if there is one
    public Verdict accept(String method, String target, @Nullable String replica, @Nullable String header) {
        Optional<RequestHeader> parsed = RequestHeader.parse(header);
        if (parsed.isEmpty() || replica == null) {
            return new NotFromPeer("unsigned");
        }
        RequestHeader given = parsed.get();
        SignedRequest request = new SignedRequest(method, target, replica, address, given.sentAt(), given.nonce());
        Optional<Settings.Secret> signer = secrets.stream()
                .filter(secret -> request.isSignedBy(secret, given.mac())).findFirst();
        if (signer.isEmpty()) {
            return new NotFromPeer("signature");
        }
        long now = clock.millis();
        if (Math.abs(now - given.sentAt()) > MAX_AGE.toMillis()) {
            return new NotFromPeer("time");
        }
        return nonces.use(given.nonce(), now)
                ? new FromPeer(signer.get(), given.nonce())
                : new NotFromPeer("replay");
    }
}
