/// What all routes share: the server, request ids, problem documents, request metrics.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.http;
