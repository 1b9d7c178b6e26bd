package com.fanfinity.infrastructure;

import java.util.List;

import com.pulumi.core.Output;
import com.pulumi.resources.Resource;

/// A cluster in which Helm charts can be installed.
///
/// @param kubeconfig with an administrator's credentials; secret
/// @param address of the load balancer, for DNS
/// @param storage the volume driver
/// @param ready the resources that must exist before a chart is installed
public record Cluster(Output<String> kubeconfig, Output<String> address, Storage storage, List<Resource> ready) {

    /// The Helm chart of a volume driver and the storage class that it creates.
    ///
    /// @param secretName the Secret in kube-system that the driver reads, and its content
    public record Storage(String storageClass, String chart, String repository, String version,
            String secretName, String secretKey,
            Output<String> secret) {}
}
