/// What `ops/kubernetes` holds, as Helm and Kustomize render it, against schemas and policies; no cluster.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.kubernetes;
