package com.fanfinity.analytics.metrics;

import java.util.List;

/// The meters of libraries and of Prometheus that rules use. A scrape contains many more.
public final class LibraryMeters {

    /// @param of the source: `service` (libraries in the service), Prometheus or Alertmanager
    public record Library(String name, String of, String unit, String help) {}

    public static final List<Library> USED = List.of(
            service("disk_free_bytes", "bytes", "Free space on the disk of STATE_DIR"),
            service("disk_total_bytes", "bytes", "Size of the disk of STATE_DIR"),
            service("jvm_buffer_memory_used_bytes", "bytes", "Direct and mapped memory in use"),
            service("jvm_gc_live_data_size_bytes", "bytes",
                    "Heap in use in the old generation after its last collection"),
            service("jvm_gc_max_data_size_bytes", "bytes", "Maximum size of the old generation"),
            service("jvm_gc_pause_seconds", "seconds", "Pauses for garbage collection"),
            service("jvm_memory_max_bytes", "bytes", "Maximum size of a memory pool; -1 means unbounded"),
            service("jvm_threads_live_threads", "threads", "Platform threads"),
            service("kafka_consumer_connection_creation_total", "connections", "Connections made by a consumer"),
            service("kafka_consumer_failed_authentication_total", "connections",
                    "Connections of a consumer that failed to authenticate"),
            service("kafka_consumer_incoming_byte_total", "bytes", "Bytes that a consumer received from brokers"),
            service("kafka_producer_failed_authentication_total", "connections",
                    "Connections of a producer that failed to authenticate"),
            service("kafka_producer_record_retry_total", "records", "Records that a producer retried"),
            service("process_cpu_usage", "share", "CPU usage of the process; 1 is all processors"),
            service("process_files_max_files", "descriptors", "Limit of open file descriptors"),
            service("process_files_open_files", "descriptors", "Open file descriptors"),
            service("process_start_time_seconds", "seconds", "Start time of the process, since the epoch"),
            new Library("up", "Prometheus", "1 or 0", "Whether the last scrape of a target succeeded"),
            new Library("scrape_samples_scraped", "Prometheus", "series", "Series in the last scrape of a target"),
            new Library("prometheus_rule_evaluation_failures_total", "Prometheus", "times",
                    "Rules that could not be evaluated"),
            new Library("alertmanager_notifications_failed_total", "Alertmanager", "notifications",
                    "Notifications that could not be sent"));

    private LibraryMeters() {}

    private static Library service(String name, String unit, String help) {
        return new Library(name, "service", unit, help);
    }
}
