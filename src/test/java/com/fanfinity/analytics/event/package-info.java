/// Tests of the event, its rules and its JSON.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.event;
