/// Tests of the answers about matches.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.query;
