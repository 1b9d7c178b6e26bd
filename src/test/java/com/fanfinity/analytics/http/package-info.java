/// Tests of what all routes share.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.http;
