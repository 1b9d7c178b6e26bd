/// Tests of `ops/kubernetes`: Helm and Kustomize render it, and schemas and policies check the result without a
/// cluster.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.kubernetes;
