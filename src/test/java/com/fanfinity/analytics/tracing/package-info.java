/// The way of an event as OpenTelemetry shows it, with the agent attached to the service.
@NullMarked
package com.fanfinity.analytics.tracing;

import org.jspecify.annotations.NullMarked;
