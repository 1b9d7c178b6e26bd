package com.fanfinity.analytics.kubernetes;

import static com.fanfinity.analytics.kubernetes.Manifests.podOf;

import java.util.List;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;

/// Policies for scheduled jobs: they end, keep a limited history and never run concurrently.
final class JobPolicies {

    private JobPolicies() {}

    static List<Policy> all() {
        return List.of(
                ofCronJobs("jobs_neverRunTwiceAtOnce",
                        job -> job.at("/spec/concurrencyPolicy").asText().equals("Forbid")),
                ofCronJobs("jobs_startLateIfMissed", job -> job.at("/spec/startingDeadlineSeconds").asInt() >= 60),
                ofCronJobs("jobs_haveATimeZone", job -> !job.at("/spec/timeZone").asText().isEmpty()),
                ofCronJobs("jobs_keepALimitedHistory",
                        job -> job.at("/spec/successfulJobsHistoryLimit").asInt(100) <= 10
                                && job.at("/spec/failedJobsHistoryLimit").asInt(100) <= 10),
                // Kubernetes appends 11 characters for each run.
                ofCronJobs("jobs_haveShortNames", job -> Manifests.nameOf(job).length() <= 52),
                ofCronJobs("jobs_end", job -> job.at("/spec/jobTemplate/spec/activeDeadlineSeconds").asInt() > 0
                        && job.at("/spec/jobTemplate/spec/backoffLimit").asInt(6) <= 2
                        && podOf(job).path("restartPolicy").asText().equals("Never")));
    }

    private static Policy ofCronJobs(String name, Predicate<JsonNode> holds) {
        return new Policy(name,
                manifests -> manifests.ofKind("CronJob").filter(job -> !holds.test(job)).map(Manifests::idOf));
    }
}
