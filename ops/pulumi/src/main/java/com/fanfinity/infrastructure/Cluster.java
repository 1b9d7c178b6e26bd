package com.fanfinity.infrastructure;

import java.util.List;

import com.pulumi.core.Output;
import com.pulumi.resources.Resource;

/// A cluster that things can be installed into.
///
/// @param kubeconfig with an administrator's credentials; secret
/// @param address of the load balancer, for DNS
/// @param storage what makes volumes in it
/// @param ready what must be there before anything is installed
public record Cluster(Output<String> kubeconfig, Output<String> address, Storage storage, List<Resource> ready) {

    /// A driver for volumes, as a Helm chart, and the class that it brings.
    ///
    /// @param secretName the Secret in kube-system that the driver reads, and its content
    public record Storage(String storageClass, String chart, String repository, String version, String secretName, String secretKey,
            Output<String> secret) {}
}
