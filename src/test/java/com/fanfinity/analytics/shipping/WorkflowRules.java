package com.fanfinity.analytics.shipping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What holds for every workflow, beyond the schema: nothing of others runs that could be exchanged, nothing is allowed that is not needed.
final class WorkflowRules {

    /// With the version, for people and for Dependabot.
    private static final Pattern PINNED = Pattern.compile("\\s*(- )?uses: [\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
    private static final Pattern LOCAL = Pattern.compile("\\s*uses: \\./\\.github/workflows/\\w+\\.yml");

    /// What somebody from outside can choose, and what could therefore be a command.
    private static final Pattern INJECTABLE = Pattern.compile("\\$\\{\\{\\s*(github\\.(event|head_ref|ref_name|actor)|inputs|secrets)\\b");

    /// Job → what it may write.
    private static final Map<String, Set<String>> MAY_WRITE = Map.of("image", Set.of("packages", "id-token", "attestations"), "publish",
            Set.of("contents", "packages", "id-token", "attestations"));

    private final List<String> faults = new ArrayList<>();

    private WorkflowRules() {}

    /// @return what is wrong
    static List<String> faults(String text) {
        WorkflowRules rules = new WorkflowRules();
        text.lines().filter(line -> line.strip().replaceFirst("^- ", "").startsWith("uses:"))
                .forEach(line -> rules.expect(PINNED.matcher(line).matches() || LOCAL.matcher(line).matches(),
                        "not pinned: " + line.strip()));
        Yaml workflow = Yaml.parse(text);
        rules.expect(workflow.at("permissions").text().equals("{}"),
                "jobs have permissions that they do not name");
        rules.expect(!workflow.at("concurrency", "group").text().isEmpty(), "no concurrency group");
        rules.expect(!workflow.at("on").has("pull_request_target") && !workflow.at("on").has("workflow_run"),
                "strangers' code could run with secrets");
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
        expect(!permissions.isEmpty(), name + ": permissions are not named");
        permissions.forEach((what, how) -> expect(how.text().equals("read") || MAY_WRITE.getOrDefault(name, Set.of()).contains(what),
                name + ": may write " + what));
        if (job.has("uses")) {
            return;
        }
        expect(job.has("timeout-minutes"), name + ": may run for six hours");
        expect(!job.at("runs-on").text().contains("latest"), name + ": runs on whatever is latest");
        job.at("services").map().values().forEach(service -> expect(service.at("image").text().contains("@sha256:"),
                name + ": image without digest: " + service.at("image").text()));
        expect(!job.has("container") || job.at("container", "image").text().contains("@sha256:"), name + ": container without digest");
        job.at("steps").list().forEach(step -> {
            expect(!INJECTABLE.matcher(step.at("run").text()).find(), name + ": text of others in a command: " + step.at("run").text());
            expect(!step.at("uses").text().startsWith("actions/checkout@")
                    || step.at("with", "persist-credentials").text().equals("false"), name + ": leaves its token in the checkout");
        });
    }
}
