package com.fanfinity.infrastructure;

import java.util.List;

import com.pulumi.core.Output;

/// What any cloud is told of a cluster.
///
/// @param name of all resources
/// @param location of the cloud
/// @param servers nodes of the control plane: 1, or 3 and more if odd, because their store needs a majority
/// @param serverType the cloud's name of a size
/// @param workers nodes for the service; three at least, so that standbys and their actives are apart
/// @param k3sVersion of nodes that are made from now on
/// @param adminCidrs who may reach the API and SSH
/// @param token what nodes join by; secret
/// @param cloudToken what the driver for volumes logs in to the cloud with; secret
public record ClusterSettings(String name, String location, int servers, String serverType, int workers, String workerType, String k3sVersion,
        List<String> adminCidrs, String sshPublicKey, Output<String> sshPrivateKey, Output<String> token, Output<String> cloudToken) {

    public ClusterSettings {
        if (servers < 1 || servers % 2 == 0) {
            throw new IllegalArgumentException("servers must be odd, not " + servers);
        }
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, not " + workers);
        }
        adminCidrs = Cidrs.checked("adminCidrs", adminCidrs);
    }
}
