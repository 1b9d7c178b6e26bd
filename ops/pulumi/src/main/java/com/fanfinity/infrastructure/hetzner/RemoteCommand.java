package com.fanfinity.infrastructure.hetzner;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.ResourceArgs;

/// Runs a command once over SSH as root (Pulumi's command provider, version 1).
final class RemoteCommand extends CustomResource {

    @Export(name = "stdout", refs = {String.class})
    private Output<String> stdout;

    RemoteCommand(String name, Output<String> host, Output<String> privateKey, String command,
            CustomResourceOptions options) {
        super("command:remote:Command", name, new Args(new ConnectionArgs(host, privateKey), command), options);
    }

    Output<String> stdout() {
        return stdout;
    }

    static final class Args extends ResourceArgs {
        @Import(name = "connection", required = true)
        final ConnectionArgs connection;
        @Import(name = "create")
        final String create;

        Args(ConnectionArgs connection, String create) {
            this.connection = connection;
            this.create = create;
        }
    }

    static final class ConnectionArgs extends ResourceArgs {
        @Import(name = "host", required = true)
        final Output<String> host;
        @Import(name = "user")
        final String user = "root";
        @Import(name = "privateKey")
        final Output<String> privateKey;
        @Import(name = "dialErrorLimit")
        final Integer dialErrorLimit = 60;

        ConnectionArgs(Output<String> host, Output<String> privateKey) {
            this.host = host;
            this.privateKey = privateKey.asSecret();
        }
    }
}
