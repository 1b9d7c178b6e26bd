package com.fanfinity.infrastructure.hetzner;

import java.util.List;
import java.util.Map;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.ResourceArgs;

/// The resources of Pulumi's hcloud provider that this project uses. The provider's Java package is not on Maven
/// Central, so these classes are handwritten for version 1.41.0.
final class Hcloud {

    private Hcloud() {}

    /// @param options {@link #options}
    static CustomResource resource(String type, String name, ResourceArgs args, CustomResourceOptions options) {
        return new CustomResource(token(type), name, args, options);
    }

    private static String token(String type) {
        return "hcloud:index/" + Character.toLowerCase(type.charAt(0)) + type.substring(1) + ":" + type;
    }

    /// Converts a resource id: a string in Pulumi, a number at Hetzner.
    static Output<Double> number(CustomResource resource) {
        return resource.id().applyValue(Double::valueOf);
    }

    static final class Server extends CustomResource {
        @Export(name = "ipv4Address", refs = {String.class})
        private Output<String> ipv4Address;

        Server(String name, ServerArgs args, CustomResourceOptions options) {
            super(token("Server"), name, args, options);
        }

        Output<String> ipv4Address() {
            return ipv4Address;
        }
    }

    static final class LoadBalancer extends CustomResource {
        @Export(name = "ipv4", refs = {String.class})
        private Output<String> ipv4;

        LoadBalancer(String name, LoadBalancerArgs args, CustomResourceOptions options) {
            super(token("LoadBalancer"), name, args, options);
        }

        Output<String> ipv4() {
            return ipv4;
        }
    }

    static final class NetworkArgs extends ResourceArgs {
        @Import(name = "name")
        final String name;
        @Import(name = "ipRange", required = true)
        final String ipRange;

        NetworkArgs(String name, String ipRange) {
            this.name = name;
            this.ipRange = ipRange;
        }
    }

    static final class NetworkSubnetArgs extends ResourceArgs {
        @Import(name = "networkId", required = true)
        final Output<Double> networkId;
        @Import(name = "type", required = true)
        final String type = "cloud";
        @Import(name = "networkZone", required = true)
        final String networkZone;
        @Import(name = "ipRange", required = true)
        final String ipRange;

        NetworkSubnetArgs(Output<Double> networkId, String networkZone, String ipRange) {
            this.networkId = networkId;
            this.networkZone = networkZone;
            this.ipRange = ipRange;
        }
    }

    static final class SshKeyArgs extends ResourceArgs {
        @Import(name = "name")
        final String name;
        @Import(name = "publicKey", required = true)
        final String publicKey;

        SshKeyArgs(String name, String publicKey) {
            this.name = name;
            this.publicKey = publicKey;
        }
    }

    /// Hetzner places the nodes of one group on different hosts.
    static final class PlacementGroupArgs extends ResourceArgs {
        @Import(name = "name")
        final String name;
        @Import(name = "type", required = true)
        final String type = "spread";

        PlacementGroupArgs(String name) {
            this.name = name;
        }
    }

    static final class FirewallArgs extends ResourceArgs {
        @Import(name = "name")
        final String name;
        @Import(name = "rules")
        final List<FirewallRuleArgs> rules;

        FirewallArgs(String name, List<FirewallRuleArgs> rules) {
            this.name = name;
            this.rules = rules;
        }
    }

    /// Allows inbound traffic on a TCP port. The firewall drops traffic without a rule. It does not filter private
    /// traffic.
    static final class FirewallRuleArgs extends ResourceArgs {
        @Import(name = "direction", required = true)
        final String direction = "in";
        @Import(name = "protocol", required = true)
        final String protocol = "tcp";
        @Import(name = "port")
        final String port;
        @Import(name = "sourceIps")
        final List<String> sourceIps;

        FirewallRuleArgs(int port, List<String> sourceIps) {
            this.port = String.valueOf(port);
            this.sourceIps = sourceIps;
        }
    }

    static final class ServerArgs extends ResourceArgs {
        @Import(name = "name")
        final String name;
        @Import(name = "serverType", required = true)
        final String serverType;
        @Import(name = "image")
        final String image = "debian-12";
        @Import(name = "location")
        final String location;
        @Import(name = "sshKeys")
        final Output<List<String>> sshKeys;
        @Import(name = "firewallIds")
        final Output<List<Double>> firewallIds;
        @Import(name = "placementGroupId")
        final Output<Double> placementGroupId;
        @Import(name = "networks")
        final List<ServerNetworkArgs> networks;
        @Import(name = "labels")
        final Map<String, String> labels;
        @Import(name = "userData")
        final Output<String> userData;

        ServerArgs(String name, String serverType, String location, Shared shared, CustomResource placementGroup,
                String privateAddress, String role, Output<String> userData) {
            this.name = name;
            this.serverType = serverType;
            this.location = location;
            sshKeys = shared.sshKey().id().applyValue(List::of);
            firewallIds = number(shared.firewall()).applyValue(List::of);
            placementGroupId = number(placementGroup);
            networks = List.of(new ServerNetworkArgs(number(shared.network()), privateAddress));
            labels = Map.of("cluster", shared.cluster(), "role", role);
            this.userData = userData;
        }
    }

    /// The settings that all nodes share.
    record Shared(String cluster, CustomResource network, CustomResource subnet, CustomResource firewall,
            CustomResource sshKey) {}

    static final class ServerNetworkArgs extends ResourceArgs {
        @Import(name = "networkId")
        final Output<Double> networkId;
        @Import(name = "ip")
        final String ip;

        ServerNetworkArgs(Output<Double> networkId, String ip) {
            this.networkId = networkId;
            this.ip = ip;
        }
    }

    static final class LoadBalancerArgs extends ResourceArgs {
        @Import(name = "name")
        final String name;
        @Import(name = "loadBalancerType", required = true)
        final String loadBalancerType = "lb11";
        @Import(name = "location")
        final String location;

        LoadBalancerArgs(String name, String location) {
            this.name = name;
            this.location = location;
        }
    }

    static final class LoadBalancerNetworkArgs extends ResourceArgs {
        @Import(name = "loadBalancerId", required = true)
        final Output<Double> loadBalancerId;
        @Import(name = "networkId")
        final Output<Double> networkId;

        LoadBalancerNetworkArgs(Output<Double> loadBalancerId, Output<Double> networkId) {
            this.loadBalancerId = loadBalancerId;
            this.networkId = networkId;
        }
    }

    static final class LoadBalancerTargetArgs extends ResourceArgs {
        @Import(name = "loadBalancerId", required = true)
        final Output<Double> loadBalancerId;
        @Import(name = "type", required = true)
        final String type = "label_selector";
        @Import(name = "labelSelector")
        final String labelSelector;
        @Import(name = "usePrivateIp")
        final Boolean usePrivateIp = true;

        LoadBalancerTargetArgs(Output<Double> loadBalancerId, String labelSelector) {
            this.loadBalancerId = loadBalancerId;
            this.labelSelector = labelSelector;
        }
    }

    /// Forwards a TCP port unchanged. TLS ends in the cluster.
    static final class LoadBalancerServiceArgs extends ResourceArgs {
        @Import(name = "loadBalancerId", required = true)
        final Output<String> loadBalancerId;
        @Import(name = "protocol", required = true)
        final String protocol = "tcp";
        @Import(name = "listenPort")
        final Integer listenPort;
        @Import(name = "destinationPort")
        final Integer destinationPort;

        LoadBalancerServiceArgs(Output<String> loadBalancerId, int port) {
            this.loadBalancerId = loadBalancerId;
            listenPort = port;
            destinationPort = port;
        }
    }
}
