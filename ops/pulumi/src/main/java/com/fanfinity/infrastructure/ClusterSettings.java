package com.fanfinity.infrastructure;

import java.util.List;

import com.pulumi.core.Output;

/// The settings of a cluster in any cloud.
///
/// @param name the prefix of all resource names
/// @param location the cloud's name of the region
/// @param servers control plane nodes; an odd number, because their store needs a majority
/// @param serverType the cloud's name of a size
/// @param workers nodes for the service; use at least three, so that standbys and active tasks are on different nodes
/// @param k3sVersion the version for new nodes; existing nodes keep theirs
/// @param adminCidrs networks that can reach the API and SSH
/// @param token the token with which nodes join; secret
/// @param cloudToken the volume driver's token for the cloud's API; secret
public record ClusterSettings(String name, String location, int servers, String serverType, int workers,
        String workerType, String k3sVersion,
        List<String> adminCidrs, String sshPublicKey, Output<String> sshPrivateKey, Output<String> token,
        Output<String> cloudToken) {

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
