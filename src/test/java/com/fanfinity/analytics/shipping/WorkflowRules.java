package com.fanfinity.analytics.shipping;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules for every workflow, in addition to the schema: third-party code is pinned, and permissions are minimal.
final class WorkflowRules {

    /// The comment with the version is for readers and for Dependabot.
    private static final Pattern PINNED = Pattern
            .compile("\\s*(- )?uses: [\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
    private static final Pattern LOCAL = Pattern.compile("\\s*uses: \\./\\.github/workflows/\\w+\\.yml");

    /// Expressions whose values outsiders can choose. In a script they could inject commands.
    private static final Pattern INJECTABLE = Pattern
            .compile("\\$\\{\\{\\s*(github\\.(event|head_ref|ref_name|actor)|inputs|secrets)\\b");

    /// File and job → its write permissions. No job that runs for pull requests has any.
    private static final Map<String, Set<String>> MAY_WRITE = Map.of("release.yml/platform", Set.of("packages"),
            "release.yml/image",
            Set.of("packages", "id-token", "attestations"), "release.yml/publish",
            Set.of("contents", "packages", "id-token", "attestations"));

    /// The timeout option of helm, kubectl and compose. Compose's value is in seconds.
    private static final Pattern TIME_LIMIT = Pattern.compile("--(?:wait-)?timeout[ =](\\w+)");

    private final String file;
    private final List<String> faults = new ArrayList<>();

    private WorkflowRules(String file) {
        this.file = file;
    }

    /// @param file the file name, without the directory
    /// @return one line for each fault
    static List<String> faults(String file, String text) {
        WorkflowRules rules = new WorkflowRules(file);
        text.lines().filter(line -> line.strip().replaceFirst("^- ", "").startsWith("uses:"))
                .forEach(line -> rules.expect(PINNED.matcher(line).matches() || LOCAL.matcher(line).matches(),
                        "not pinned: " + line.strip()));
        Yaml workflow = Yaml.parse(text);
        rules.expect(workflow.at("permissions").text().equals("{}"),
                "jobs have permissions that they do not declare");
        rules.expect(!workflow.at("concurrency", "group").text().isEmpty(), "no concurrency group");
        rules.expect(!workflow.at("on").has("pull_request_target") && !workflow.at("on").has("workflow_run"),
                "third-party code could run with secrets");
        workflow.at("jobs").map().forEach(rules::job);
        return rules.faults;
    }

    private void expect(boolean so, String otherwise) {
        if (!so) {
            faults.add(otherwise);
        }
    }

    private void job(String name, Yaml job) {
        Map<String, Yaml> permissions = job.at("permissions").map();
        expect(!permissions.isEmpty(), name + ": permissions are not declared");
        Set<String> mayWrite = MAY_WRITE.getOrDefault(file + "/" + name, Set.of());
        permissions.forEach((what, how) -> expect(how.text().equals("read") || mayWrite.contains(what),
                name + ": can write " + what));
        if (job.has("uses")) {
            return;
        }
        expect(job.has("timeout-minutes"), name + ": can run for six hours");
        expect(job.has("timeout-minutes")
                && timeLimits(job).compareTo(limit(job.at("timeout-minutes").text() + "m")) < 0,
                name + ": is cut off before its steps' own limits, " + timeLimits(job));
        expect(!(job.at("runs-on").text() + job.at("strategy").text()).contains("latest"),
                name + ": runs on a moving label");
        job.at("services").map().values().forEach(service -> expect(service.at("image").text().contains("@sha256:"),
                name + ": image without digest: " + service.at("image").text()));
        expect(!job.has("container") || job.at("container", "image").text().contains("@sha256:"),
                name + ": container without digest");
        job.at("steps").list().forEach(step -> {
            expect(!INJECTABLE.matcher(step.at("run").text()).find(),
                    name + ": third-party text in a command: " + step.at("run").text());
            expect(!step.at("uses").text().startsWith("actions/checkout@")
                    || step.at("with", "persist-credentials").text().equals("false"),
                    name + ": leaves its token in the checkout");
        });
    }

    /// The sum of the timeouts of all steps.
    static Duration timeLimits(Yaml job) {
        return job.at("steps").list().stream().flatMap(step -> TIME_LIMIT.matcher(step.at("run").text()).results())
                .map(found -> limit(found.group(1))).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration limit(String text) {
        return Duration.parse("PT" + text + (text.matches("\\d+") ? "s" : ""));
    }
}
