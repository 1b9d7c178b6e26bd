package com.fanfinity.infrastructure;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

import com.pulumi.core.Output;

/// The values for the chart. Kafka and ClickHouse are outside the cluster.
///
/// @param host the host name of the Ingress
/// @param kafkaBootstrapServers HOST:PORT, separated by commas
/// @param kafkaCidrs the networks of all Kafka brokers
/// @param clickHouseUrl the URL, including the port
/// @param clickHouseCidrs the networks of ClickHouse
/// @param internalSecret the secret that all instances share
/// @param apiKeys the file of API keys (docs/operations/keys.md)
public record ServiceSettings(String imageTag, String host, String kafkaBootstrapServers, List<String> kafkaCidrs,
        String clickHouseUrl,
        List<String> clickHouseCidrs, Output<String> internalSecret, Output<String> clickHousePassword,
        Output<String> apiKeys) {

    private static final Pattern SERVERS = Pattern.compile("[^\\s:,]+:\\d{1,5}(,[^\\s:,]+:\\d{1,5})*");

    public ServiceSettings {
        if (!SERVERS.matcher(kafkaBootstrapServers).matches()) {
            throw new IllegalArgumentException("kafkaBootstrapServers must be as in kafka-1:9092,kafka-2:9092, not "
                    + kafkaBootstrapServers);
        }
        if (URI.create(clickHouseUrl).getPort() < 0) {
            throw new IllegalArgumentException("clickhouseUrl must have its port, as in http://clickhouse:8123, not "
                    + clickHouseUrl);
        }
        kafkaCidrs = Cidrs.checked("kafkaCidrs", kafkaCidrs);
        clickHouseCidrs = Cidrs.checked("clickhouseCidrs", clickHouseCidrs);
    }

    /// The ports of the bootstrap servers. All brokers must use the same ports.
    List<Integer> kafkaPorts() {
        return Pattern.compile(",").splitAsStream(kafkaBootstrapServers)
                .map(server -> Integer.valueOf(server.substring(server.indexOf(':') + 1))).distinct().toList();
    }

    List<Integer> clickHousePorts() {
        return List.of(URI.create(clickHouseUrl).getPort());
    }
}
