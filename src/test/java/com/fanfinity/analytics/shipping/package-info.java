/// What ships the service: image, compose.yaml, workflows. Each rule is tried on a file with the fault that it is there for.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.shipping;
