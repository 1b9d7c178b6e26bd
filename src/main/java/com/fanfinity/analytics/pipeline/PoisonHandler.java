package com.fanfinity.analytics.pipeline;

import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.DeadLetters.RecordOrigin;

/// Handles the exceptions of steps. If the infrastructure failed (a store, the broker), the thread fails and its
/// replacement processes the record again. Any other exception would repeat forever, so the record becomes a dead
/// letter with the reason `processing_failed` and processing continues.
public final class PoisonHandler implements ProcessingExceptionHandler {

    private static final String FAILED_IN = "failed in the step ";

    /// The detail of a dead letter whose event may already be accepted: ClickHouse stores the event, but the totals
    /// lack it.
    public static final String FAILED_IN_COUNTING = FAILED_IN + MatchTopology.AGGREGATE;

    /// The setting with the name of the dead letter topic.
    public static final String DEAD_TOPIC = "fanfinity.dead.topic";

    private static final Logger LOG = LoggerFactory.getLogger(PoisonHandler.class);

    /// The setting with the meters object; without it no dead letter is counted.
    public static final String METERS = "fanfinity.meters";

    private String deadTopic = "";
    private @Nullable Meters meters;

    @Override
    public void configure(Map<String, ?> configs) {
        deadTopic = String.valueOf(configs.get(DEAD_TOPIC));
        meters = configs.get(METERS) instanceof Meters given ? given : null;
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        var log = LOG.atError().setCause(exception).addKeyValue("step", context.processorNodeId())
                .addKeyValue("topic", context.topic())
                .addKeyValue("partition", context.partition()).addKeyValue("offset", context.offset())
                .addKeyValue("matchId", EventRules.matchIdOf(context.sourceRawKey()));
        if (exception instanceof KafkaException || context.sourceRawValue() == null) {
            log.log("a step failed; its thread is replaced and the record processed again");
            return Response.fail();
        }
        log.log("a record cannot be processed; it goes to the dead letters");
        if (meters != null) {
            meters.streams().processed(Meters.ProcessingOutcome.DEAD);
            meters.deadLetters().deadLetter(DeadReason.PROCESSING_FAILED);
        }
        RecordOrigin origin = new RecordOrigin(context.topic(), context.partition(), context.offset());
        Headers headers = DeadLetters.headers(context.headers(), context.sourceRawKey(), context.sourceRawValue(),
                origin,
                DeadReason.PROCESSING_FAILED, FAILED_IN + context.processorNodeId());
        return Response.resume(List.of(
                new ProducerRecord<>(deadTopic, null, context.timestamp(), DeadLetters.truncate(context.sourceRawKey()),
                        DeadLetters.truncate(context.sourceRawValue()), headers)));
    }
}
