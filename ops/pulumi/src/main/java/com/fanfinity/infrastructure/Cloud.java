package com.fanfinity.infrastructure;

/// A provider of clusters. An implementation declares resources and waits for none of them.
public interface Cloud {

    /// Declares a Kubernetes cluster. From outside, only the load balancer (ports 80 and 443) and administrators can
    /// reach its nodes.
    Cluster cluster(ClusterSettings settings);
}
