/// Events: types, rules, JSON form and record headers. Pure: no network or file access, and the time is an argument.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.event;
