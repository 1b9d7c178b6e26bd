package com.fanfinity.analytics.app;

import java.util.concurrent.atomic.AtomicLong;

import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.metrics.HttpMeters;

/// Records the answers that wait for their clients in the meters of HTTP.
record AnswerMeters(HttpMeters meters) implements AnswerBudget.AnswerMeter {

    @Override
    public void bytes(AtomicLong held) {
        meters.answerBytes(held);
    }

    @Override
    public void refused() {
        meters.answerRefused();
    }

    @Override
    public void clientCut() {
        meters.slowClientCut();
    }
}
