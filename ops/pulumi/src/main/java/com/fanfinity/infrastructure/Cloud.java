package com.fanfinity.infrastructure;

/// Where clusters come from. What is behind it describes resources and waits for nothing.
public interface Cloud {

    /// A Kubernetes cluster whose nodes are reached from outside only by the load balancer, on 80 and 443, and by administrators.
    Cluster cluster(ClusterSettings settings);
}
