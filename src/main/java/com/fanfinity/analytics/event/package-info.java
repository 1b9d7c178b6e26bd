/// The event: its types, its rules, its JSON form, and the topics it travels through. Pure: no I/O, no clock of its own.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.event;
