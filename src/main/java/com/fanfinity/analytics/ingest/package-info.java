/// Events in over HTTP: read, judged, and written to Kafka before they are answered with 202.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.ingest;
