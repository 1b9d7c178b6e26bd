/// Events over HTTP: read, validated, and written to Kafka before the 202.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.ingest;
