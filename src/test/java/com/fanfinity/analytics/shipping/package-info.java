/// Tests of the image, compose.yaml, scripts and workflows. For each rule there is a test with a file that breaks it.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.shipping;
