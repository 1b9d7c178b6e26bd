package com.fanfinity.infrastructure;

import java.util.List;

import com.pulumi.Config;
import com.pulumi.Context;

/// The stack's configuration (`pulumi config`). Pulumi.yaml lists the settings.
record StackSettings(ClusterSettings cluster, ServiceSettings service) {

    static StackSettings of(Context context) {
        Config config = context.config();
        return new StackSettings(
                new ClusterSettings("fanfinity", config.get("location").orElse("fsn1"),
                        config.getInteger("servers").orElse(3),
                        config.get("serverType").orElse("cx22"), config.getInteger("workers").orElse(3),
                        config.get("workerType").orElse("ccx23"), config.get("k3sVersion").orElse("v1.33.1+k3s1"),
                        Cidrs.split(config.require("adminCidrs")), config.require("sshPublicKey"),
                        config.requireSecret("sshPrivateKey"), config.requireSecret("k3sToken"),
                        context.config("hcloud").requireSecret("token")),
                new ServiceSettings(config.get("imageTag").orElse("0.1.0"), config.require("host"),
                        config.require("kafkaBootstrapServers"),
                        Cidrs.split(config.require("kafkaCidrs")), config.require("clickhouseUrl"),
                        Cidrs.split(config.require("clickhouseCidrs")), config.requireSecret("internalSecret"),
                        config.requireSecret("clickhousePassword"), config.requireSecret("apiKeys")));
    }
}
