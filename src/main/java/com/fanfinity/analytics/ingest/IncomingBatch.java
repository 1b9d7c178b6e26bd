package com.fanfinity.analytics.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.Decoded.Invalid;
import com.fanfinity.analytics.event.Decoded.Valid;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.metrics.IngestMeters;
import com.fanfinity.analytics.security.WriteAdmission;

/// The events of a batch after validation.
///
/// @param indexes the position of each valid event in the batch
/// @param outgoing the valid events
/// @param rejections the others
record IncomingBatch(List<Integer> indexes, List<OutgoingEvent> outgoing, Rejections rejections) {

    private static final byte[] DONE = new byte[0];

    /// @param events the bytes of each event; removed one by one, so that at most one event is in memory twice
    /// @param receivedAt when the request arrived
    /// @param admission decides which matches the sender may write; events of others are rejected
    static IncomingBatch decode(List<byte[]> events, Instant receivedAt, EventCodec codec, EventIds ids,
            WriteAdmission admission) {
        Rejections rejections = new Rejections();
        List<Integer> indexes = new ArrayList<>();
        List<OutgoingEvent> outgoing = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            byte[] json = events.set(index, DONE);
            switch (codec.decode(json, receivedAt, ids::next)) {
                case Invalid invalid -> rejections.add(index, invalid);
                case Valid valid when !admission.mayWrite(valid.event().matchId()) ->
                    rejections.add(index, forbidden(valid));
                case Valid valid -> {
                    indexes.add(index);
                    outgoing.add(OutgoingEvent.of(valid, json, admission.producer()));
                }
            }
        }
        return new IncomingBatch(indexes, outgoing, rejections);
    }

    private static Invalid forbidden(Valid valid) {
        return new Invalid(
                List.of(new Fault("matchId", Fault.Code.FORBIDDEN, "must be a match that the key may write")),
                valid.idGiven() ? Optional.of(valid.event().eventId().toString()) : Optional.empty());
    }

    /// The length of the answer if Kafka acknowledges nothing.
    long maxAnswerBytes() {
        return BatchResult.maxBytes(rejections, outgoing.size());
    }

    /// The answer, and the count of each accepted event.
    ///
    /// @param outcomes of the valid events, in order
    BatchResult result(List<PublishOutcome> outcomes, IngestMeters meters) {
        int accepted = 0;
        List<Integer> unavailable = new ArrayList<>();
        List<UUID> unavailableEventIds = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case PublishOutcome.Acknowledged _ -> {
                    accepted++;
                    meters.ingested(outgoing.get(i).event().type());
                }
                case PublishOutcome.NotAcknowledged _ -> {
                    unavailable.add(indexes.get(i));
                    unavailableEventIds.add(outgoing.get(i).event().eventId());
                }
            }
        }
        return BatchResult.of(accepted, rejections, unavailable, unavailableEventIds);
    }
}
