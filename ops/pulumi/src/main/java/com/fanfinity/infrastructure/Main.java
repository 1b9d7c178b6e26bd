package com.fanfinity.infrastructure;

import com.pulumi.Context;
import com.pulumi.Pulumi;

import com.fanfinity.infrastructure.hetzner.HetznerCloud;

/// The program that `pulumi up` runs. It declares a cluster and the service in it.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Pulumi.run(context -> define(context, StackSettings.of(context), new HetznerCloud()));
    }

    /// Declares all resources. Another provider needs only another {@link Cloud}.
    static void define(Context context, StackSettings settings, Cloud cloud) {
        Cluster cluster = cloud.cluster(settings.cluster());
        Platform.install(cluster, settings.service());
        context.export("address", cluster.address());
        context.export("kubeconfig", cluster.kubeconfig().asSecret());
    }
}
