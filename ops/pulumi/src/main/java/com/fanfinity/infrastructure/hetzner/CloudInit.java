package com.fanfinity.infrastructure.hetzner;

/// What a node does at its first start: it installs K3s, and joins.
final class CloudInit {

    private static final String METADATA = "http://169.254.169.254/hetzner/v1/metadata/public-ipv4";

    private CloudInit() {}

    /// The first node of the control plane makes the cluster; the others join it at `firstAddress`, their private one.
    static String server(String k3sVersion, String token, String privateAddress, String firstAddress) {
        String cluster = privateAddress.equals(firstAddress) ? "--cluster-init" : "--server https://" + firstAddress + ":6443";
        return of(k3sVersion, token, privateAddress, "server " + cluster + " --tls-san $(curl -sf " + METADATA + ")"
                + " --node-taint node-role.kubernetes.io/control-plane=true:NoSchedule --secrets-encryption --disable local-storage");
    }

    static String worker(String k3sVersion, String token, String privateAddress, String firstAddress) {
        return of(k3sVersion, token, privateAddress, "agent --server https://" + firstAddress + ":6443");
    }

    /// The token is in a file that root alone reads, and not on a command line. A node waits for the first one by K3s' own retries.
    ///
    /// Pods of different nodes reach each other over the private network: Flannel would take the interface of the default route, which is the
    /// public one, whose firewall drops VXLAN. The private one is attached while the node starts, and its name depends on the type of server.
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
                      INSTALL_K3S_VERSION='%s' sh -s - %s --node-ip %s --flannel-iface "$(ip -o -4 addr show to %s | awk '{print $2; exit}')" --token-file /etc/rancher/k3s/token
                """
                .formatted(token, privateAddress, k3sVersion, command, privateAddress, privateAddress);
    }
}
