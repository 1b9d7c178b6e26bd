package com.fanfinity.analytics.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

import com.fanfinity.analytics.config.Settings;

/// Makes clients that ask and change what Kafka has.
public final class KafkaAdmin {

    private KafkaAdmin() {}

    /// @param limit how long a call may take; one try at most half of it
    public static Admin create(Settings.Kafka kafka, Duration limit) {
        Map<String, Object> config = new HashMap<>(kafka.clientConfig());
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) limit.toMillis() / 2);
        return Admin.create(config);
    }
}
