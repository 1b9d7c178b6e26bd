package com.fanfinity.infrastructure;

import com.pulumi.core.Output;

/// What the chart is told.
///
/// @param host of the Ingress
/// @param internalSecret what all instances know; secret
public record ServiceSettings(String imageTag, String host, String kafkaBootstrapServers, String clickHouseUrl, Output<String> internalSecret,
        Output<String> clickHousePassword) {}
