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

/// K3s on Hetzner: a private network with control plane nodes and workers, and a load balancer. The load balancer
/// forwards ports 80 and 443 to the workers, where the Ingress controller of K3s listens. Hetzner's CSI driver creates
/// the volumes.
public final class HetznerCloud implements Cloud {

    private static final String RANGE = "10.0.0.0/16";
    private static final String SUBNET = "10.0.1.0/24";

    /// With the load balancer this stays below the 100 hosts that a Hetzner network allows.
    private static final int MOST_SERVERS = 7;
    private static final int MOST_WORKERS = 90;

    /// Hetzner's limit of servers in a placement group.
    private static final int MOST_OF_A_GROUP = 10;

    /// Changes of these properties would replace all nodes at once, so Pulumi ignores them. They apply to new nodes
    /// only.
    private static final List<String> ONLY_FOR_NEW_NODES = List.of("userData", "sshKeys", "image");

    /// The zone of the European locations. The network and the nodes must be in the same zone.
    private static final String ZONE = "eu-central";

    @Override
    public Cluster cluster(ClusterSettings settings) {
        if (settings.servers() > MOST_SERVERS || settings.workers() > MOST_WORKERS) {
            throw new IllegalArgumentException("at most " + MOST_SERVERS + " servers and " + MOST_WORKERS + " workers");
        }
        CustomResource network = Hcloud.resource("Network", "network", new Hcloud.NetworkArgs(settings.name(), RANGE),
                none());
        CustomResource subnet = Hcloud.resource("NetworkSubnet", "subnet",
                new Hcloud.NetworkSubnetArgs(number(network), ZONE, SUBNET), none());
        CustomResource sshKey = Hcloud.resource("SshKey", "ssh-key",
                new Hcloud.SshKeyArgs(settings.name(), settings.sshPublicKey()), none());
        CustomResource firewall = Hcloud.resource("Firewall", "firewall", new Hcloud.FirewallArgs(settings.name(),
                List.of(new Hcloud.FirewallRuleArgs(22, settings.adminCidrs()),
                        new Hcloud.FirewallRuleArgs(6443, settings.adminCidrs()))),
                none());

        Shared shared = new Shared(settings.name(), network, subnet, firewall, sshKey);
        List<Hcloud.Server> servers = nodes(settings, shared, true);
        List<Hcloud.Server> workers = nodes(settings, shared, false);
        Hcloud.LoadBalancer balancer = balancer(settings, network, subnet);
        return new Cluster(kubeconfig(settings, servers.getFirst()), balancer.ipv4(),
                new Cluster.Storage("hcloud-volumes", "hcloud-csi", "https://charts.hetzner.cloud", "2.13.0",
                        "hcloud", "token",
                        settings.cloudToken()),
                List.<Resource>copyOf(workers));
    }

    /// Control plane nodes are protected against deletion, because only they store the cluster's state.
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
                    new Hcloud.ServerArgs(name, server ? settings.serverType() : settings.workerType(),
                            settings.location(), shared,
                            groups.getLast(), address, role, userData),
                    CustomResourceOptions.builder().dependsOn(shared.subnet()).ignoreChanges(ONLY_FOR_NEW_NODES).protect(server).build()));
        }
        return nodes;
    }

    private static CustomResource group(String name) {
        return Hcloud.resource("PlacementGroup", "spread-" + name, new Hcloud.PlacementGroupArgs("fanfinity-" + name),
                none());
    }

    private static Hcloud.LoadBalancer balancer(ClusterSettings settings, CustomResource network,
            CustomResource subnet) {
        Hcloud.LoadBalancer balancer = new Hcloud.LoadBalancer("balancer",
                new Hcloud.LoadBalancerArgs(settings.name(), settings.location()),
                none());
        CustomResource attached = Hcloud.resource("LoadBalancerNetwork", "balancer-network",
                new Hcloud.LoadBalancerNetworkArgs(number(balancer), number(network)), after(subnet));
        Hcloud.resource("LoadBalancerTarget", "balancer-workers",
                new Hcloud.LoadBalancerTargetArgs(number(balancer), "cluster=" + settings.name() + ",role=worker"),
                after(attached));
        for (int port : new int[]{80, 443}) {
            Hcloud.resource("LoadBalancerService", "balancer-" + port,
                    new Hcloud.LoadBalancerServiceArgs(balancer.id(), port), none());
        }
        return balancer;
    }

    /// The kubeconfig that K3s writes, with the external address.
    private static Output<String> kubeconfig(ClusterSettings settings, Hcloud.Server first) {
        RemoteCommand read = new RemoteCommand("kubeconfig", first.ipv4Address(), settings.sshPrivateKey(),
                "cloud-init status --wait >/dev/null; timeout 600 sh -c 'until k3s kubectl get --raw /readyz "
                        + ">/dev/null 2>&1; do sleep 5; done'"
                        + " && cat /etc/rancher/k3s/k3s.yaml",
                CustomResourceOptions.builder().additionalSecretOutputs("stdout").build());
        return Output.tuple(read.stdout(), first.ipv4Address())
                .applyValue(both -> both.t1.replace("127.0.0.1", both.t2)).asSecret();
    }

    private static CustomResourceOptions none() {
        return CustomResourceOptions.builder().build();
    }

    private static CustomResourceOptions after(Resource resource) {
        return CustomResourceOptions.builder().dependsOn(resource).build();
    }
}
