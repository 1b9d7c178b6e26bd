package com.fanfinity.infrastructure.hetzner;

/// The cloud-init configuration of a node. At its first start the node installs K3s and joins the cluster.
final class CloudInit {

    private static final String METADATA = "http://169.254.169.254/hetzner/v1/metadata/public-ipv4";

    private CloudInit() {}

    /// The first control plane node creates the cluster. The others join it at `firstAddress`, a private address.
    static String server(String k3sVersion, String token, String privateAddress, String firstAddress) {
        String cluster = privateAddress.equals(firstAddress) ? "--cluster-init" : "--server https://"
                + firstAddress + ":6443";
        return of(k3sVersion, token, privateAddress, "server " + cluster + " --tls-san $(curl -sf " + METADATA + ")"
                + " --node-taint node-role.kubernetes.io/control-plane=true:NoSchedule --secrets-encryption --disable "
                + "local-storage");
    }

    static String worker(String k3sVersion, String token, String privateAddress, String firstAddress) {
        return of(k3sVersion, token, privateAddress, "agent --server https://" + firstAddress + ":6443");
    }

    /// The token is in a file that only root can read, not on a command line. K3s retries until the first node is up.
    ///
    /// Flannel must use the private network interface for traffic between nodes. By default it takes the interface of
    /// the default route, which is the public one, and the firewall drops VXLAN there. The private interface is
    /// attached while the node starts, and its name depends on the server type.
    private static String of(String k3sVersion, String token, String privateAddress, String command) {
        return """
                #cloud-config
                package_update: true
                packages: [curl]
                write_files:
                  - path: /etc/rancher/k3s/token
                    permissions: '0600'
                    content: '%s'
                runcmd:
                  - |
                    timeout 300 sh -c 'until ip -o -4 addr show to %s | grep -q .; do sleep 1; done' || exit 1
                    curl -sfL --retry 10 --retry-all-errors https://get.k3s.io |
                      INSTALL_K3S_VERSION='%s' sh -s - %s --node-ip %s --flannel-iface \
                "$(ip -o -4 addr show to %s | awk '{print $2; exit}')" --token-file /etc/rancher/k3s/token
                """
                .formatted(token, privateAddress, k3sVersion, command, privateAddress, privateAddress);
    }
}
