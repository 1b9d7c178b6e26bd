package com.fanfinity.infrastructure.hetzner;

import static com.fanfinity.infrastructure.hetzner.Hcloud.number;

import java.util.ArrayList;
import java.util.List;

import com.pulumi.core.Output;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.Resource;

import com.fanfinity.infrastructure.Cloud;
import com.fanfinity.infrastructure.Cluster;
import com.fanfinity.infrastructure.ClusterSettings;
import com.fanfinity.infrastructure.hetzner.Hcloud.Shared;

/// K3s on Hetzner: a private network, nodes of the control plane and workers in it, and a load balancer before the workers, on whose ports
/// 80 and 443 the Ingress controller of K3s listens. Volumes are Hetzner's, made by its CSI driver as pods ask for them.
public final class HetznerCloud implements Cloud {

    private static final String RANGE = "10.0.0.0/16";
    private static final String SUBNET = "10.0.1.0/24";

    /// Together with the load balancer fewer than the 100 that a network of Hetzner takes.
    private static final int MOST_SERVERS = 7;
    private static final int MOST_WORKERS = 90;

    /// What a placement group of Hetzner takes.
    private static final int MOST_OF_A_GROUP = 10;

    /// A node is made of them and would be replaced when they change, all nodes at once: they hold for nodes that are made from now on.
    private static final List<String> ONLY_FOR_NEW_NODES = List.of("userData", "sshKeys", "image");

    /// Europe's; the network and the nodes must be in one zone.
    private static final String ZONE = "eu-central";

    @Override
    public Cluster cluster(ClusterSettings settings) {
        if (settings.servers() > MOST_SERVERS || settings.workers() > MOST_WORKERS) {
            throw new IllegalArgumentException("at most " + MOST_SERVERS + " servers and " + MOST_WORKERS + " workers");
        }
        CustomResource network = Hcloud.resource("Network", "network", new Hcloud.NetworkArgs(settings.name(), RANGE), none());
        CustomResource subnet = Hcloud.resource("NetworkSubnet", "subnet", new Hcloud.NetworkSubnetArgs(number(network), ZONE, SUBNET), none());
        CustomResource sshKey = Hcloud.resource("SshKey", "ssh-key", new Hcloud.SshKeyArgs(settings.name(), settings.sshPublicKey()), none());
        CustomResource firewall = Hcloud.resource("Firewall", "firewall", new Hcloud.FirewallArgs(settings.name(),
                List.of(new Hcloud.FirewallRuleArgs(22, settings.adminCidrs()), new Hcloud.FirewallRuleArgs(6443, settings.adminCidrs()))),
                none());

        Shared shared = new Shared(settings.name(), network, subnet, firewall, sshKey);
        List<Hcloud.Server> servers = nodes(settings, shared, true);
        List<Hcloud.Server> workers = nodes(settings, shared, false);
        Hcloud.LoadBalancer balancer = balancer(settings, network, subnet);
        return new Cluster(kubeconfig(settings, servers.getFirst()), balancer.ipv4(),
                new Cluster.Storage("hcloud-volumes", "hcloud-csi", "https://charts.hetzner.cloud", "2.13.0", "hcloud", "token",
                        settings.cloudToken()),
                List.<Resource>copyOf(workers));
    }

    /// Those of the control plane are protected: what the cluster knows is in them alone.
    private static List<Hcloud.Server> nodes(ClusterSettings settings, Shared shared, boolean server) {
        String role = server ? "server" : "worker";
        List<Hcloud.Server> nodes = new ArrayList<>();
        List<CustomResource> groups = new ArrayList<>();
        for (int i = 0; i < (server ? settings.servers() : settings.workers()); i++) {
            if (i % MOST_OF_A_GROUP == 0) {
                groups.add(group(i == 0 ? role : role + "-" + i / MOST_OF_A_GROUP));
            }
            String address = "10.0.1." + ((server ? 10 : 100) + i);
            Output<String> userData = settings.token().applyValue(token -> server
                    ? CloudInit.server(settings.k3sVersion(), token, address, "10.0.1.10")
                    : CloudInit.worker(settings.k3sVersion(), token, address, "10.0.1.10")).asSecret();
            String name = settings.name() + "-" + role + "-" + i;
            nodes.add(new Hcloud.Server(name,
                    new Hcloud.ServerArgs(name, server ? settings.serverType() : settings.workerType(), settings.location(), shared,
                            groups.getLast(), address, role, userData),
                    CustomResourceOptions.builder().dependsOn(shared.subnet()).ignoreChanges(ONLY_FOR_NEW_NODES).protect(server).build()));
        }
        return nodes;
    }

    private static CustomResource group(String name) {
        return Hcloud.resource("PlacementGroup", "spread-" + name, new Hcloud.PlacementGroupArgs("fanfinity-" + name), none());
    }

    private static Hcloud.LoadBalancer balancer(ClusterSettings settings, CustomResource network, CustomResource subnet) {
        Hcloud.LoadBalancer balancer = new Hcloud.LoadBalancer("balancer", new Hcloud.LoadBalancerArgs(settings.name(), settings.location()),
                none());
        CustomResource attached = Hcloud.resource("LoadBalancerNetwork", "balancer-network",
                new Hcloud.LoadBalancerNetworkArgs(number(balancer), number(network)), after(subnet));
        Hcloud.resource("LoadBalancerTarget", "balancer-workers",
                new Hcloud.LoadBalancerTargetArgs(number(balancer), "cluster=" + settings.name() + ",role=worker"), after(attached));
        for (int port : new int[]{80, 443}) {
            Hcloud.resource("LoadBalancerService", "balancer-" + port, new Hcloud.LoadBalancerServiceArgs(balancer.id(), port), none());
        }
        return balancer;
    }

    /// As K3s writes it, with the address by which it is reached from outside.
    private static Output<String> kubeconfig(ClusterSettings settings, Hcloud.Server first) {
        RemoteCommand read = new RemoteCommand("kubeconfig", first.ipv4Address(), settings.sshPrivateKey(),
                "cloud-init status --wait >/dev/null; timeout 600 sh -c 'until k3s kubectl get --raw /readyz >/dev/null 2>&1; do sleep 5; done'"
                        + " && cat /etc/rancher/k3s/k3s.yaml",
                CustomResourceOptions.builder().additionalSecretOutputs("stdout").build());
        return Output.tuple(read.stdout(), first.ipv4Address()).applyValue(both -> both.t1.replace("127.0.0.1", both.t2)).asSecret();
    }

    private static CustomResourceOptions none() {
        return CustomResourceOptions.builder().build();
    }

    private static CustomResourceOptions after(Resource resource) {
        return CustomResourceOptions.builder().dependsOn(resource).build();
    }
}
